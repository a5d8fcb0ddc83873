package dev.pullcord.agent.rights.runner;

import dev.pullcord.agent.host.command.CommandResult;
import dev.pullcord.agent.host.process.ProcessFiles;
import org.jspecify.annotations.Nullable;

/**
 * What came of a request.
 *
 * @param end how a command ended; null of other requests
 * @param exitCode when it ended by itself
 * @param tookMillis on the runner's clock
 * @param fault why the request could not be done; null when it was
 * @param inUse what processes have in use; null of other requests
 */
record CommandEnd(
    CommandResult.@Nullable End end,
    @Nullable Integer exitCode,
    long tookMillis,
    @Nullable String fault,
    @Nullable ProcessFiles inUse) {
  static CommandEnd done() {
    return new CommandEnd(null, null, 0, null, null);
  }

  static CommandEnd failed(String fault) {
    return new CommandEnd(null, null, 0, fault, null);
  }
}

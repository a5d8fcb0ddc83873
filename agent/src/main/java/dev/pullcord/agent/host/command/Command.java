package dev.pullcord.agent.host.command;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A command to run: an argument list, never a shell line.
 *
 * @param run the program as {@link Programs} found it, and its arguments
 * @param directory where
 * @param environment all of it; nothing of the agent's own is added
 * @param timeout after which it and all that it started is killed
 * @param mayLeave whether what it started may live on when it ends by itself: a daemon
 * @param user the user of its own that its worker has; null for the one of all others
 */
public record Command(
    List<String> run,
    Path directory,
    Map<String, String> environment,
    Duration timeout,
    boolean mayLeave,
    @Nullable String user) {
  /** One that leaves nothing behind, and is no worker's. */
  public Command(
      List<String> run, Path directory, Map<String, String> environment, Duration timeout) {
    this(run, directory, environment, timeout, false, null);
  }

  /** One that leaves nothing behind, in the release of these surroundings and as their user. */
  public static Command in(
      Surroundings where, List<String> run, Map<String, String> environment, Duration timeout) {
    return new Command(run, where.release(), environment, timeout, false, where.owner().user());
  }

  /** Copies. */
  public Command {
    run = List.copyOf(run);
    environment = Map.copyOf(environment);
  }
}

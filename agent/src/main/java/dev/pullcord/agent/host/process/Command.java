package dev.pullcord.agent.host.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A command to run: an argument list, never a shell line.
 *
 * @param run the program as {@link Programs} found it, and its arguments
 * @param directory where
 * @param environment all of it; nothing of the agent's own is added
 * @param timeout after which it and all that it started is killed
 * @param mayLeave whether what it started may live on when it ends by itself: a daemon
 */
public record Command(
    List<String> run,
    Path directory,
    Map<String, String> environment,
    Duration timeout,
    boolean mayLeave) {
  /** One that leaves nothing behind. */
  public Command(
      List<String> run, Path directory, Map<String, String> environment, Duration timeout) {
    this(run, directory, environment, timeout, false);
  }

  /** Copies. */
  public Command {
    run = List.copyOf(run);
    environment = Map.copyOf(environment);
  }
}

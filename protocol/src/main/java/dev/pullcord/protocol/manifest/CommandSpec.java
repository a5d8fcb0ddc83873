package dev.pullcord.protocol.manifest;

import java.time.Duration;
import java.util.List;

/**
 * A command: an argument list, never a shell line.
 *
 * @param run the program, looked up in the release first and then on PATH, and its arguments
 * @param timeout after which it is killed
 */
public record CommandSpec(List<String> run, Duration timeout) {
  /** Copies. */
  public CommandSpec {
    run = List.copyOf(run);
  }
}

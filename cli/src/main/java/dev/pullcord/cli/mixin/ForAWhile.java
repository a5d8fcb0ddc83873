package dev.pullcord.cli.mixin;

import dev.pullcord.cli.output.Failure;
import java.time.Duration;
import picocli.CommandLine.Option;

/** {@code --for TIME --reason TEXT}: for orders that end by themselves. */
public final class ForAWhile {
  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofDays(365);

  @Option(
      names = "--for",
      required = true,
      paramLabel = "TIME",
      description = "How long: 1m to 365d.")
  String duration = "";

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Why; others read it.")
  String reason = "";

  /** How long, as it was written; a {@link Failure} where that is no time, or out of range. */
  public String duration() {
    Duration length = Times.parse("--for", duration);
    if (length.compareTo(SHORTEST) < 0 || length.compareTo(LONGEST) > 0) {
      throw Failure.usage("--for " + duration + ": 1m to 365d expected");
    }
    return duration;
  }

  /** Why; a {@link Failure} where nothing, or too much, was written. */
  public String reason() {
    return Reasons.checked(reason);
  }
}

package dev.pullcord.cli.mixin;

import dev.pullcord.cli.output.Failure;
import dev.pullcord.protocol.unit.OrderLength;
import java.time.Duration;
import picocli.CommandLine.Option;

/** {@code --for TIME --reason TEXT}: for orders that end by themselves. */
public final class ForAWhile {
  @Option(
      names = "--for",
      required = true,
      paramLabel = "TIME",
      description = "How long: " + OrderLength.RANGE + ".")
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
    if (length.compareTo(OrderLength.LEAST) < 0 || length.compareTo(OrderLength.MOST) > 0) {
      throw Failure.usage("--for " + duration + ": " + OrderLength.RANGE + " expected");
    }
    return duration;
  }

  /** Why; a {@link Failure} where nothing, or too much, was written. */
  public String reason() {
    return Reasons.checked(reason);
  }
}

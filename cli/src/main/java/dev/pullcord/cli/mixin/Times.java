package dev.pullcord.cli.mixin;

import dev.pullcord.cli.output.Failure;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.unit.Durations;
import java.time.Duration;

/** Lengths of time as people write them. */
public final class Times {
  private static final Duration LONGEST = Duration.ofDays(365);

  private Times() {}

  /** Reads how long to wait, a year at the most. */
  public static Duration limit(String option, String text) {
    Duration length = parse(option, text);
    if (length.compareTo(LONGEST) > 0) {
      throw Failure.usage(option + " " + Quoted.of(text) + ": at most 365d is expected");
    }
    return length;
  }

  /** Reads one; a {@link Failure} names the option. */
  public static Duration parse(String option, String text) {
    try {
      return Durations.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Failure(ExitCode.USAGE, option + ": " + e.getMessage(), e);
    }
  }
}

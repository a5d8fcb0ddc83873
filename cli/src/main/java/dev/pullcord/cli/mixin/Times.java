package dev.pullcord.cli.mixin;

import dev.pullcord.cli.output.Failure;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.unit.Durations;
import java.time.Duration;

/** Lengths of time as people write them. */
public final class Times {
  private Times() {}

  /** Reads one; a {@link Failure} names the option. */
  public static Duration parse(String option, String text) {
    try {
      return Durations.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Failure(ExitCode.USAGE, option + ": " + e.getMessage(), e);
    }
  }
}

package dev.pullcord.cli.output;

import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.protocol.unit.SpokenTimes;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Moments as people read them; the exact ones are in the JSON. */
public final class Ages {
  private Ages() {}

  /** {@code 12s ago}, {@code just now}, {@code in 2h 4m} for a clock that is ahead, or a dash. */
  public static String ago(@Nullable Instant then, Instant now) {
    if (then == null) {
      return "-";
    }
    Duration age = Duration.between(then, now);
    if (age.compareTo(Duration.ofSeconds(-5)) < 0) {
      return in(then, now);
    }
    return age.compareTo(Duration.ofSeconds(1)) < 0 ? "just now" : coarse(age) + " ago";
  }

  /** {@code in 2h 4m}, or {@code over} when that is past; from a minute on, to the minute. */
  public static String in(Instant then, Instant now) {
    Duration left = Duration.between(now, then);
    return left.isNegative() || left.isZero() ? "over" : "in " + Durations.ahead(left);
  }

  /** {@code 2026-01-31 14:00 UTC}. */
  public static String moment(Instant when) {
    return SpokenTimes.moment(when);
  }

  /** A length of time to the second from a second on: nobody reads an age in tenths. */
  public static String coarse(Duration length) {
    long seconds = length.toSeconds();
    return seconds < 10 ? Math.max(0, seconds) + "s" : Durations.human(Duration.ofSeconds(seconds));
  }
}

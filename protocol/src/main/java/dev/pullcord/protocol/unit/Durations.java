package dev.pullcord.protocol.unit;

import dev.pullcord.protocol.id.Quoted;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: a whole number and one of {@code ms s m h d}. */
public final class Durations {
  private static final Pattern SHAPE = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
  private static final Duration LONGEST = Duration.ofDays(36_500_000);

  private Durations() {}

  /** Reads {@code 20ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code 7d}; nothing else. */
  public static Duration parse(String text) {
    Matcher matcher = SHAPE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          Quoted.of(text)
              + " is not a duration: a number and a unit expected, like 20ms, 30s, 5m, 2h"
              + " or 7d");
    }
    long n = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(n);
      case "s" -> Duration.ofSeconds(n);
      case "m" -> Duration.ofMinutes(n);
      case "h" -> Duration.ofHours(n);
      default -> Duration.ofDays(n);
    };
  }

  /** The shortest exact way to write it in that form, {@code 90s} and not {@code 1m30s}. */
  public static String format(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 1000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1000;
    if (seconds != 0 && seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds != 0 && seconds % 3600 == 0) {
      return seconds / 3600 + "h";
    }
    return seconds != 0 && seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }

  /**
   * For reading, two figures at most, rounded to the smaller of them: {@code 0.41s}, {@code 12s},
   * {@code 3m 5s}, {@code 2h 4m}, {@code 30d}.
   */
  public static String human(Duration duration) {
    // Beyond all centuries, as a broken clock makes it, is no reason to fail.
    Duration most = duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
    long millis = most.isNegative() ? 0 : most.toMillis();
    if (millis < 10_000) {
      return String.format(Locale.ROOT, millis < 1000 ? "%.2fs" : "%.1fs", millis / 1000.0);
    }
    long seconds = millis / 1000;
    if (seconds < 60) {
      return seconds + "s";
    }
    if (seconds < 3600) {
      return figures(seconds, 60, "m", "s");
    }
    long minutes = rounded(seconds, 60);
    return minutes < 24 * 60
        ? figures(minutes, 60, "h", "m")
        : figures(rounded(minutes, 60), 24, "d", "h");
  }

  /**
   * For reading what is still to come: in seconds below a minute, then to the nearest minute, since
   * an hour that was asked for just now is no {@code 59m 59s}.
   */
  public static String ahead(Duration left) {
    long seconds = Math.max(0, left.toSeconds());
    return seconds < 60
        ? seconds + "s"
        : human(Duration.ofMinutes(Math.max(1, rounded(seconds, 60))));
  }

  private static String figures(long small, long each, String large, String unit) {
    String whole = small / each + large;
    return small % each == 0 ? whole : whole + " " + small % each + unit;
  }

  private static long rounded(long small, long each) {
    return (small + each / 2) / each;
  }
}

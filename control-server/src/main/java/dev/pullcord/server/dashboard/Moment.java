package dev.pullcord.server.dashboard;

import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.protocol.unit.SpokenTimes;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** A moment as the page shows it: how far away, and the exact time for who points at it. */
public record Moment(Instant at) {
  private static final int DAY_LENGTH = "2026-05-04 ".length();

  /** For {@code datetime}. */
  public String iso() {
    return at.truncatedTo(ChronoUnit.MILLIS).toString();
  }

  /** {@code 2026-05-04 10:00 UTC}, where no reader's zone is known. */
  public String utc() {
    return SpokenTimes.moment(at);
  }

  /** {@code 10:00 UTC} after a moment of the same day, else with its day. */
  public String after(Instant before) {
    String day = new Moment(before).utc().substring(0, DAY_LENGTH);
    return utc().startsWith(day) ? utc().substring(DAY_LENGTH) : utc();
  }

  /** {@code 12s ago}. */
  public String ago(Instant now) {
    String age = age(Duration.between(at, now));
    return age.equals("now") ? age : age + " ago";
  }

  /** {@code for 12s}. */
  public String lasting(Instant now) {
    String age = age(Duration.between(at, now));
    return age.equals("now") ? "just now" : "for " + age;
  }

  /** {@code for 12s more}; {@code until now} once it has come. */
  String left(Instant now) {
    Duration left = Duration.between(now, at);
    return over(left) ? "until now" : "for " + Durations.ahead(left) + " more";
  }

  /** {@code in 12s}; {@code now} once it has come. */
  public String ahead(Instant now) {
    Duration left = Duration.between(now, at);
    return over(left) ? "now" : "in " + Durations.ahead(left);
  }

  private static boolean over(Duration left) {
    return left.toSeconds() < 1;
  }

  /** Coarse on purpose, and the same rule as in {@code ages.js}, which keeps it fresh. */
  static String age(Duration duration) {
    long s = duration.toSeconds();
    if (s < 1) {
      return "now";
    }
    if (s < 60) {
      return s + "s";
    }
    return s < 3600 ? s / 60 + "m" : Durations.human(duration);
  }
}

package dev.pullcord.protocol.contact;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the clock of a sender showed when it sent: agents say it with each request, the server with
 * each answer, in the header {@link #HEADER}. So the other end knows how far the two clocks are
 * apart, and neither has to be right. A program of the version before says nothing.
 */
public final class SenderClock {
  /** The header; its value is ISO 8601 with milliseconds, {@code 2026-05-04T10:00:00.123Z}. */
  public static final String HEADER = "Pullcord-Time";

  private static final int CHARS_MAX = 40;
  private static final Instant OLDEST = Instant.parse("1970-01-01T00:00:00Z");
  private static final Instant NEWEST = Instant.parse("9999-01-01T00:00:00Z");

  private SenderClock() {}

  /** The value for that moment. */
  public static String header(Instant now) {
    return now.truncatedTo(ChronoUnit.MILLIS).toString();
  }

  /** The nearest moment from 1970 to 9999: nobody can count or show years beyond. */
  public static Instant possible(Instant says) {
    return says.isBefore(OLDEST) ? OLDEST : says.isAfter(NEWEST) ? NEWEST : says;
  }

  /** What such a header says; empty where there is none, or no time in it. */
  public static Optional<Instant> parse(@Nullable String header) {
    if (header == null || header.length() > CHARS_MAX) {
      return Optional.empty();
    }
    try {
      Instant says = Instant.parse(header);
      return says.equals(possible(says)) ? Optional.of(says) : Optional.empty();
    } catch (DateTimeException _) {
      return Optional.empty(); // it says nothing that could be used
    }
  }
}

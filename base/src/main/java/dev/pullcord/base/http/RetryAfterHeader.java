package dev.pullcord.base.http;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** Reads how long a host asks to be left alone, by {@code Retry-After}. */
public final class RetryAfterHeader {
  private static final Duration MOST = Duration.ofHours(1);

  private RetryAfterHeader() {}

  /**
   * How long from now, an hour at the most.
   *
   * @param header {@code 120} or a date; anything else is nothing
   */
  public static Duration left(@Nullable String header, Instant now) {
    if (header == null) {
      return Duration.ZERO;
    }
    Duration asked;
    try {
      asked =
          header.strip().matches("[0-9]{1,9}")
              ? Duration.ofSeconds(Long.parseLong(header.strip()))
              : Duration.between(
                  now,
                  ZonedDateTime.parse(header.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                      .toInstant());
    } catch (DateTimeParseException _) {
      return Duration.ZERO;
    }
    Duration most = asked.compareTo(MOST) > 0 ? MOST : asked;
    return most.isNegative() ? Duration.ZERO : most;
  }
}

package dev.pullcord.base.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterHeaderTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "120 | PT2M",
        "' 5 ' | PT5S",
        "0 | PT0S",
        "999999999 | PT1H",
        "Thu, 01 Jan 2026 00:00:30 GMT | PT30S",
        "Wed, 31 Dec 2025 00:00:30 GMT | PT0S",
        "-5 | PT0S",
        "soon | PT0S"
      })
  void readsSecondsAndDates(String header, Duration expected) {
    assertThat(RetryAfterHeader.left(header, NOW)).isEqualTo(expected);
  }

  @Test
  void nothingIsNothing() {
    assertThat(RetryAfterHeader.left(null, NOW)).isZero();
  }
}

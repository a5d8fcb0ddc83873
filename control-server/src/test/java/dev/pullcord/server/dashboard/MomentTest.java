package dev.pullcord.server.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MomentTest {
  @Test
  void theExactTimeIsToTheMinuteInUtc() {
    assertThat(new Moment(Instant.parse("2026-05-04T10:00:59.9Z")).utc())
        .isEqualTo("2026-05-04 10:00 UTC");
  }

  private static final Instant NOW = Nodes.NOW;

  @ParameterizedTest
  @CsvSource({
    "PT0S, now",
    "PT0.999S, now",
    "PT1S, 1s",
    "PT59.9S, 59s",
    "PT60S, 1m",
    "PT59M59S, 59m",
    "PT1H, 1h",
    "PT23H59M, 23h 59m",
    "PT23H59M45S, 1d",
    "PT24H, 1d",
    "P29DT23H59M50S, 30d",
    "P1DT2H, 1d 2h",
    "PT-5S, now"
  })
  void isCoarseInOneRule(Duration age, String text) {
    assertThat(Moment.age(age)).isEqualTo(text);
  }

  @Test
  void speaksOfThePastAndTheFuture() {
    assertThat(new Moment(NOW.minusSeconds(12)).ago(NOW)).isEqualTo("12s ago");
    assertThat(new Moment(NOW.minusSeconds(125)).lasting(NOW)).isEqualTo("for 2m");
    assertThat(new Moment(NOW).lasting(NOW)).isEqualTo("just now");
    assertThat(new Moment(NOW.plusSeconds(6700)).ahead(NOW)).isEqualTo("in 1h 52m");
    assertThat(new Moment(NOW.minusSeconds(1)).ahead(NOW)).isEqualTo("now");
    assertThat(new Moment(NOW.plusSeconds(3599)).ahead(NOW)).isEqualTo("in 1h");
    assertThat(new Moment(NOW.plusSeconds(59)).ahead(NOW)).isEqualTo("in 59s");
  }

  @Test
  void aClockThatRunsBehindDoesNotMakeNegativeAges() {
    assertThat(new Moment(NOW.plusSeconds(30)).ago(NOW)).isEqualTo("now");
  }
}

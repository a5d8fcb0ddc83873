package dev.pullcord.cli.mixin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.cli.output.Failure;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PastMomentsTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  /** Wednesday, 02:30 in Berlin. */
  private static final Instant NOW = Instant.parse("2026-07-15T00:30:00Z");

  private static Instant at(String text) {
    return PastMoments.parse("--at", text, NOW, BERLIN);
  }

  @ParameterizedTest
  @CsvSource({
    "02:29, 2026-07-15T00:29:00Z",
    "02:30, 2026-07-15T00:30:00Z",
    "03:12, 2026-07-14T01:12:00Z",
    "03:12:30, 2026-07-14T01:12:30Z",
    "today 01:00, 2026-07-14T23:00:00Z",
    "yesterday 03:12, 2026-07-14T01:12:00Z",
    "Yesterday  03:12, 2026-07-14T01:12:00Z",
    "wed 01:00, 2026-07-14T23:00:00Z",
    "wed 03:12, 2026-07-08T01:12:00Z",
    "friday 03:12, 2026-07-10T01:12:00Z",
    "2026-01-31 03:12, 2026-01-31T02:12:00Z",
    "2026-01-31T03:12, 2026-01-31T02:12:00Z",
    "2026-01-31, 2026-01-30T23:00:00Z",
    "2026-01-31T03:12:00Z, 2026-01-31T03:12:00Z",
    "2026-01-31 03:12:00+09:00, 2026-01-30T18:12:00Z",
    "2026-01-31T03:12:00.5Z, 2026-01-31T03:12:00.500Z",
    "2h, 2026-07-14T22:30:00Z",
    "7d, 2026-07-08T00:30:00Z",
    "2026-03-29 02:30, 2026-03-29T01:30:00Z",
    "2025-10-26 02:30, 2025-10-26T00:30:00Z",
  })
  void readsWhatPeopleWrite(String text, Instant moment) {
    assertThat(at(text)).isEqualTo(moment);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "3",
        "3:12",
        "25:00",
        "noon",
        "tomorrow 03:12",
        "fr 03:12",
        "2026-13-01",
        "2026-02-30",
        "-2h",
        "yesterday",
        "03:12 yesterday",
        "99999999999999d",
        "2026-01-31T03:12:00X"
      })
  void saysWhatIsExpected(String text) {
    assertThatThrownBy(() -> at(text))
        .isInstanceOf(Failure.class)
        .hasMessageStartingWith("--at ")
        .hasMessageContaining("03:12, yesterday 03:12");
  }

  @ParameterizedTest
  @ValueSource(strings = {"today 03:12", "2026-07-15 02:31", "2027-01-01"})
  void refusesWhatIsStillToCome(String text) {
    assertThatThrownBy(() -> at(text))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("that is still to come, it is 2026-07-15 02:30:00 +02:00 now");
  }

  @Test
  void showsTheZone() {
    assertThat(PastMoments.shown(NOW, BERLIN)).isEqualTo("2026-07-15 02:30:00 +02:00");
    assertThat(PastMoments.shown(NOW, ZoneId.of("UTC"))).isEqualTo("2026-07-15 00:30:00 UTC");
  }
}

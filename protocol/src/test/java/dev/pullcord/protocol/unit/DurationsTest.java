package dev.pullcord.protocol.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
  @ParameterizedTest
  @CsvSource({"20ms, PT0.02S", "30s, PT30S", "5m, PT5M", "2h, PT2H", "7d, PT168H", "0s, PT0S"})
  void readsAndWrites(String text, Duration duration) {
    assertThat(Durations.parse(text)).isEqualTo(duration);
    assertThat(Durations.format(duration)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"PT90S, 90s", "PT60S, 1m", "PT61M, 61m", "PT24H, 1d", "PT1.5S, 1500ms"})
  void writesTheShortestExactForm(Duration duration, String text) {
    assertThat(Durations.format(duration)).isEqualTo(text);
    assertThat(Durations.parse(text)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5",
        "s",
        "-1s",
        "+1s",
        "1.5s",
        "1 s",
        "1S",
        "1min",
        "10y",
        "9999999999s",
        "٣s"
      })
  void refusesEverythingElse(String text) {
    assertThatThrownBy(() -> Durations.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("like 20ms, 30s, 5m, 2h or 7d");
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0.00s",
    "PT0.414S, 0.41s",
    "PT3.21S, 3.2s",
    "PT12S, 12s",
    "PT185S, 3m 5s",
    "PT7440S, 2h 4m",
    "PT51H, 2d 3h",
    "PT5M, 5m",
    "PT1H59M50S, 2h",
    "P29DT23H59M59S, 30d",
    "PT-1S, 0.00s",
    "PT2562047788015215H30M7.999S, 36500000d",
    "PT-2562047788015215H, 0.00s"
  })
  void isShortForPeople(Duration duration, String text) {
    assertThat(Durations.human(duration)).isEqualTo(text);
  }

  @Test
  void sizesAreReadAndWritten() {
    assertThat(Sizes.parse("64MiB")).isEqualTo(64L << 20);
    assertThat(Sizes.parse("999999TiB")).isPositive();
    assertThat(Sizes.format(64L << 20)).isEqualTo("64MiB");
    assertThat(Sizes.format(1536)).isEqualTo("1536B");
    assertThat(Sizes.format(0)).isEqualTo("0B");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "64", "64MB", "64mib", "-1B", "1.5GiB", "1000000B"})
  void refusesWhatIsNoSize(String text) {
    assertThatThrownBy(() -> Sizes.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("like 512B");
  }
}

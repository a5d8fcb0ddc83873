package dev.pullcord.protocol.contact;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SenderClockTest {
  @Test
  void aMomentIsReadAsItWasSent() {
    Instant now = Instant.parse("2026-05-04T10:00:00.123456Z");

    assertThat(SenderClock.header(now)).isEqualTo("2026-05-04T10:00:00.123Z");
    assertThat(SenderClock.parse(SenderClock.header(now)))
        .contains(Instant.parse("2026-05-04T10:00:00.123Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "now",
        "0",
        "2026-05-04",
        "2026-13-04T10:00:00Z",
        "-1000000-01-01T00:00:00Z",
        "+1000000000-12-31T23:59:59Z",
        "2026-05-04T10:00:00.000000000000000000000000000000000Z",
      })
  void whatIsNoTimeSaysNothing(String header) {
    assertThat(SenderClock.parse(header)).isEmpty();
  }

  @Test
  void noHeaderSaysNothing() {
    assertThat(SenderClock.parse(null)).isEmpty();
  }
}

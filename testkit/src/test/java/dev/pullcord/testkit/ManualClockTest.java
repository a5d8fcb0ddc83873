package dev.pullcord.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ManualClockTest {
  private final ManualClock clock = ManualClock.atNewYear();

  @Test
  void standsStillUntilItIsMoved() {
    Instant before = clock.instant();
    assertThat(clock.instant()).isEqualTo(before);
    clock.advance(Duration.ofSeconds(3));
    assertThat(clock.instant()).isEqualTo(before.plusSeconds(3));
  }

  @Test
  void jumpMovesTheWallClockAlone() {
    long nanos = clock.nanos();
    clock.jump(Duration.ofHours(-1));
    assertThat(clock.nanos()).isEqualTo(nanos);
    assertThat(clock.instant()).isEqualTo(Instant.parse("2025-12-31T23:00:00Z"));
  }

  @Test
  void refusesToLetTimeRunBackwards() {
    assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(-1)))
        .hasMessageContaining("use jump");
  }
}

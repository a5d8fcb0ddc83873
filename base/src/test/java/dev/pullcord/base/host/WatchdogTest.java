package dev.pullcord.base.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WatchdogTest {
  private static final Duration MAX = Duration.ofSeconds(20);

  @Test
  void isToldThreeTimesInItsTimeSoThatAShorterOneInADropInDoesNotKillTheDaemon() {
    assertThat(Watchdog.interval("3000000", MAX)).contains(Duration.ofSeconds(1));
  }

  @Test
  void isToldAsOftenAsBeforeWhereItWaitsForLong() {
    assertThat(Watchdog.interval("600000000", MAX)).contains(MAX);
  }

  @Test
  void isToldNothingWhereNobodyWaits() {
    assertThat(Watchdog.interval(null, MAX)).isEmpty();
    assertThat(Watchdog.interval("0", MAX)).isEmpty();
    assertThat(Watchdog.interval("soon", MAX)).isEmpty();
  }
}

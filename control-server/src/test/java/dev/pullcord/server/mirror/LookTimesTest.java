package dev.pullcord.server.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** When an upstream is looked at. */
class LookTimesTest {
  private final LookTimes times = new LookTimes(Duration.ofSeconds(60), new Random(7), 0);

  /** How many seconds after this moment it is due. */
  private long dueAfter(long from) {
    for (long second = 0; second < 10_000; second++) {
      if (times.due(from + Duration.ofSeconds(second).toNanos())) {
        return second;
      }
    }
    return -1;
  }

  @Test
  void looksAtOnceAndThenAfterEachIntervalATenthMoreOrLess() {
    assertThat(times.due(0)).isTrue();
    for (int i = 0; i < 50; i++) {
      times.succeeded(0);
      assertThat(dueAfter(0)).isBetween(54L, 66L);
    }
  }

  @Test
  void doublesAfterEachFailureUpToTenMinutesAndForgetsThatAfterASuccess() {
    long[] middle = {60, 120, 240, 480, 600, 600};
    for (long expected : middle) {
      times.failed(0, Duration.ZERO);
      assertThat(dueAfter(0)).isBetween(expected * 9 / 10, expected * 11 / 10 + 1);
    }
    times.succeeded(0);
    times.failed(0, Duration.ZERO);
    assertThat(dueAfter(0)).isBetween(54L, 67L);
  }

  @Test
  void waitsAtLeastAsLongAsTheUpstreamAsks() {
    times.failed(0, Duration.ofSeconds(900));
    assertThat(dueAfter(0)).isBetween(900L, 991L);
  }

  @Test
  void aPauseThatTheUpstreamAskedForHoldsForItsWebhookToo() {
    assertThat(times.barred(0)).isFalse();
    times.failed(0, Duration.ZERO);
    assertThat(times.barred(1)).isFalse();
    times.failed(0, Duration.ofSeconds(900));
    assertThat(times.barred(Duration.ofSeconds(899).toNanos())).isTrue();
    assertThat(times.barred(Duration.ofSeconds(991).toNanos())).isFalse();
  }

  @Test
  void goesOnWhenTheClockIsNegative() {
    LookTimes early = new LookTimes(Duration.ofSeconds(60), new Random(7), Long.MAX_VALUE - 5);
    assertThat(early.due(Long.MAX_VALUE - 5)).isTrue();
    early.succeeded(Long.MAX_VALUE - 5);
    assertThat(early.due(Long.MAX_VALUE)).isFalse();
    assertThat(early.due(Long.MAX_VALUE - 5 + Duration.ofSeconds(70).toNanos())).isTrue();
  }
}

package dev.pullcord.server.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TimersTest {
  @Test
  void taskThatFailsRunsAgainAndHoldsUpNoOther() throws Exception {
    CountDownLatch failing = new CountDownLatch(3);
    CountDownLatch other = new CountDownLatch(3);
    try (Timers timers = new Timers()) {
      timers.every(
          Duration.ofMillis(2),
          "failing",
          () -> {
            failing.countDown();
            throw new IllegalStateException("planted");
          });
      timers.every(Duration.ofMillis(2), "other", other::countDown);

      assertThat(failing.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(other.await(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void partThatFailsEachTimeKeepsNoOtherFromItsTurn() throws Exception {
    CountDownLatch failing = new CountDownLatch(3);
    CountDownLatch other = new CountDownLatch(3);
    try (Timers timers = new Timers()) {
      Timers.Part broken =
          new Timers.Part(
              "broken",
              () -> {
                failing.countDown();
                throw new IllegalStateException("planted");
              });
      timers.every(
          Duration.ofMillis(2), List.of(broken, new Timers.Part("other", other::countDown)));

      assertThat(failing.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(other.await(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void nothingRunsAfterTheEnd() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    CountDownLatch first = new CountDownLatch(1);
    Timers timers = new Timers();
    timers.every(
        Duration.ofMillis(1),
        "count",
        () -> {
          runs.incrementAndGet();
          first.countDown();
        });
    assertThat(first.await(60, TimeUnit.SECONDS)).isTrue();
    timers.close();
    int after = runs.get();

    assertThat(new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS)).isFalse();
    assertThat(runs.get()).isEqualTo(after);
  }
}

package dev.pullcord.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventuallyTest {
  @Test
  void asksAgainUntilTheValueIsAsWanted() {
    AtomicInteger looks = new AtomicInteger();
    int seen =
        Eventually.within(Duration.ofSeconds(5)).until("3", looks::incrementAndGet, n -> n == 3);
    assertThat(seen).isEqualTo(3);
  }

  @Test
  void saysAtTheDeadlineWhatItSaw() {
    assertThatThrownBy(
            () -> Eventually.within(Duration.ofMillis(30)).until("it is 2", () -> 1, n -> n == 2))
        .isInstanceOf(AssertionError.class)
        .hasMessage("not within PT0.03S: it is 2; last seen: 1");
  }

  @Test
  void takesAFailureForNotYet() {
    AtomicInteger looks = new AtomicInteger();
    Eventually.within(Duration.ofSeconds(5))
        .passes("the third look", () -> assertThat(looks.incrementAndGet()).isGreaterThan(2));
    assertThat(looks).hasValue(3);
  }

  @Test
  void looksAtMostAThirdOfTheTime() {
    List<Long> looks = new ArrayList<>();
    Eventually.within(Duration.ofSeconds(30))
        .until("the third look", () -> lookFor100Ms(looks), n -> n == 3);
    for (int i = 1; i < looks.size(); i++) {
      assertThat(looks.get(i) - looks.get(i - 1)).isGreaterThanOrEqualTo(300_000_000L);
    }
  }

  @Test
  void looksLessOftenTheLongerItWaits() {
    List<Long> looks = new ArrayList<>();
    Eventually.within(Duration.ofSeconds(30))
        .isTrue(
            "a second is over",
            () -> {
              looks.add(System.nanoTime());
              return looks.getLast() - looks.getFirst() > 1_000_000_000L;
            });
    for (int i = 1; i < looks.size(); i++) {
      long waited = looks.get(i - 1) - looks.getFirst();
      assertThat(looks.get(i) - looks.get(i - 1)).isGreaterThanOrEqualTo(waited / 20);
    }
  }

  private static int lookFor100Ms(List<Long> looks) {
    long began = System.nanoTime();
    looks.add(began);
    while (System.nanoTime() - began < 100_000_000L) {
      Thread.onSpinWait();
    }
    return looks.size();
  }
}

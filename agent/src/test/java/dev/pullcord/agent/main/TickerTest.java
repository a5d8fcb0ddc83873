package dev.pullcord.agent.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TickerTest {
  private static final int LIMIT_SECONDS = 60;

  private final Ticker ticker = new Ticker(Duration.ofMillis(1));

  @AfterEach
  void end() {
    ticker.close();
    ticker.awaitEnd();
  }

  private static void reached(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aCallThatHangsIsNotBegunAgainAndHoldsUpNoOther() throws Exception {
    AtomicInteger begun = new AtomicInteger();
    CountDownLatch hangs = new CountDownLatch(1);
    CountDownLatch goesOn = new CountDownLatch(1);
    CountDownLatch others = new CountDownLatch(20);
    ticker.everySecond(
        () -> true,
        () -> {
          begun.incrementAndGet();
          hangs.countDown();
          await(goesOn);
        });
    reached(hangs);
    ticker.everySecond(others::countDown);
    CountDownLatch beside = new CountDownLatch(20);
    ticker.everySecond(() -> true, beside::countDown);

    reached(others);
    reached(beside);

    assertThat(begun).hasValue(1);
    goesOn.countDown();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aCallThatIsNotDueIsNotMade() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    CountDownLatch calls = new CountDownLatch(3);
    AtomicInteger notDue = new AtomicInteger();
    ticker.everySecond(() -> asked.incrementAndGet() % 2 == 0, calls::countDown);
    ticker.everySecond(() -> false, notDue::incrementAndGet);

    reached(calls);

    assertThat(asked.get()).isGreaterThanOrEqualTo(6);
    assertThat(notDue).hasValue(0);
  }

  @Test
  void aBugInOneCallEndsNeitherItNorTheOthers() throws Exception {
    CountDownLatch fails = new CountDownLatch(3);
    CountDownLatch goesOn = new CountDownLatch(3);
    ticker.everySecond(() -> {
      fails.countDown();
      throw new IllegalStateException("a bug");
    });
    ticker.everySecond(goesOn::countDown);

    reached(fails);
    reached(goesOn);
  }
}

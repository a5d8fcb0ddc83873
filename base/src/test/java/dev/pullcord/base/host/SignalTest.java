package dev.pullcord.base.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SignalTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private final Signal signal = new Signal();

  @Test
  void raiseBetweenTwoLooksIsNotLost() {
    long seen = signal.count();
    signal.raise();
    signal.raise();
    assertThat(signal.await(seen, LONG)).isTrue();
    assertThat(signal.await(seen, LONG, () -> false)).isTrue();
    assertThat(signal.await(signal.count(), Duration.ZERO)).isFalse();
  }

  @Test
  void oneLookDoesNotTakeTheRaiseFromAnother() {
    signal.raise();
    assertThat(signal.await(0, LONG)).isTrue();
    assertThat(signal.await(0, LONG)).isTrue();
  }

  @Test
  void raiseEndsAWaitOnAnotherThread() throws InterruptedException {
    long seen = signal.count();
    AtomicInteger looks = new AtomicInteger();
    Thread raises = Thread.ofPlatform().start(signal::raise);
    assertThat(signal.await(seen, LONG, () -> looks.incrementAndGet() < 0)).isTrue();
    raises.join();
  }

  @Test
  void waitThatIsPointlessEndsLongBeforeItsTime() {
    AtomicInteger looks = new AtomicInteger();
    assertThat(signal.await(signal.count(), LONG, () -> looks.incrementAndGet() > 2)).isFalse();
    assertThat(looks).hasValue(3);
    assertThat(signal.await(-1, LONG, () -> true)).isFalse();
  }

  @Test
  void interruptEndsTheWaitAndStays() {
    Thread.currentThread().interrupt();
    assertThat(signal.await(signal.count(), LONG)).isTrue();
    assertThat(Thread.interrupted()).isTrue();
  }
}

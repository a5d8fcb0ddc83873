package dev.pullcord.agent.main;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.base.host.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoopWatchTest {
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicLong turns = new AtomicLong();

  @Test
  void aLoopThatDoesNothingForHalfAnHourIsStuck() {
    LoopWatch watch = new LoopWatch(new Still(), turns::get);
    assertThat(watch.moves()).isTrue();

    nanos.addAndGet(LoopWatch.STUCK_AFTER.minusSeconds(1).toNanos());
    assertThat(watch.moves()).isTrue();

    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    assertThat(watch.moves()).isFalse();

    turns.incrementAndGet();
    assertThat(watch.moves()).isTrue();
  }

  /** A clock that a test turns. */
  private final class Still implements HostClock {
    @Override
    public Instant now() {
      return Instant.EPOCH;
    }

    @Override
    public long nanos() {
      return nanos.get();
    }

    @Override
    public boolean await(Signal signal, long seen, Duration atMost) {
      return false;
    }
  }
}

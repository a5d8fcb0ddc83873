package dev.pullcord.server.standby;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoreException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LeaseTest {
  private final AtomicLong nanos = new AtomicLong(-5);
  private final AtomicInteger lost = new AtomicInteger();
  private final SlowStore store = new SlowStore();
  private final Lease lease = new Lease(store, nanos::get);

  private void pass(long seconds) {
    nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }

  @Test
  void holdsAsLongAsItIsRenewed() {
    for (int i = 0; i < 20; i++) {
      lease.turn();
      store.answer(null);
      pass(9);
      assertThat(lease.holds()).isTrue();
    }
    pass(1);
    assertThat(lease.holds()).isFalse();
  }

  /** The database counts from when it began the write, which is not before it was asked. */
  @Test
  void countsFromWhenItAskedAndNotFromTheAnswer() {
    lease.turn();
    pass(8);
    store.answer(null);
    pass(2);
    assertThat(lease.holds()).isFalse();
  }

  @Test
  void writeThatFailsRenewsNothing() {
    pass(9);
    lease.turn();
    store.answer(new StoreException(StoreException.UNKNOWN, "cut"));
    pass(1);
    assertThat(lease.holds()).isFalse();
  }

  @Test
  void asksOnceAndNotAgainBeforeTheAnswer() {
    lease.turn();
    lease.turn();
    assertThat(store.asked).hasSize(1);
    store.answer(null);
    lease.turn();
    assertThat(store.asked).hasSize(1);
  }

  @Test
  void lossIsSaidEachTimeOnceAndIsOverWithTheNextRenewal() {
    lease.whenLost(lost::incrementAndGet);
    for (int time = 1; time <= 2; time++) {
      pass(10);
      lease.turn();
      lease.turn();
      assertThat(lost).hasValue(time);
      store.answer(null);
      assertThat(lease.holds()).isTrue();
      lease.turn();
      store.answer(null);
    }
  }

  /** Answers when it is told to. */
  private static final class SlowStore implements Store {
    private final Deque<CompletableFuture<?>> asked = new ArrayDeque<>();

    @Override
    public <T extends @Nullable Object> CompletableFuture<T> submit(Task<T> task) {
      CompletableFuture<T> answer = new CompletableFuture<>();
      asked.add(answer);
      return answer;
    }

    void answer(@Nullable RuntimeException failure) {
      CompletableFuture<?> first = asked.remove();
      if (failure == null) {
        first.complete(null);
      } else {
        first.completeExceptionally(failure);
      }
    }

    @Override
    public <T extends @Nullable Object> T read(Task<T> task) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      // It has nothing.
    }
  }
}

package dev.pullcord.agent.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HeapRestTest {
  private final AtomicLong turns = new AtomicLong();
  private final AtomicLong used = new AtomicLong(20L << 20);
  private final AtomicInteger collected = new AtomicInteger();
  private final HeapRest rest =
      new HeapRest(
          turns::get,
          used::get,
          () -> {
            collected.incrementAndGet();
            used.set(11L << 20);
          });

  private void seconds(int count) {
    for (int i = 0; i < count; i++) {
      rest.run();
    }
  }

  @Test
  void collectsOnceItIsQuietAfterWork() {
    seconds(3);
    turns.incrementAndGet();
    seconds(5);
    assertThat(collected).hasValue(0);
    seconds(60);
    assertThat(collected).hasValue(1);
  }

  @Test
  void aLoopThatIsNeverQuietWaitsNotForEver() {
    for (int second = 0; second < 9; second++) {
      turns.incrementAndGet();
      seconds(1);
    }
    assertThat(collected).hasValue(0);
    for (int second = 0; second < 30; second++) {
      turns.incrementAndGet();
      seconds(1);
    }
    assertThat(collected).hasValue(1);
  }

  @Test
  void doesNotCollectForALoopThatOnlyPolls() {
    seconds(10);
    for (int poll = 0; poll < 5; poll++) {
      turns.incrementAndGet();
      used.addAndGet(1 << 20);
      seconds(60);
    }
    assertThat(collected).hasValue(1);
    turns.incrementAndGet();
    used.addAndGet(4 << 20);
    seconds(60);
    assertThat(collected).hasValue(2);
  }
}

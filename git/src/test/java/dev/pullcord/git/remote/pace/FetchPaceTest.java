package dev.pullcord.git.remote.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/** At least 100 bytes in 10 seconds, and 60 seconds altogether. */
class FetchPaceTest {
  private static final FetchLimits LIMITS =
      new FetchLimits(Duration.ofSeconds(1), Duration.ofSeconds(10), 100, Duration.ofSeconds(60));

  private long now;
  private Duration each = Duration.ofSeconds(1);
  private final LongAdder arrived = new LongAdder();
  private final FetchPace pace = new FetchPace(LIMITS, () -> now, arrived);

  /** Zeros, so many at once, each time after {@link #each}. */
  private InputStream remote(int atOnce) {
    return pace.counting(
        new InputStream() {
          @Override
          public int read() {
            now += each.toNanos();
            return 0;
          }

          @Override
          public int read(byte[] to, int offset, int length) {
            now += each.toNanos();
            return Math.min(atOnce, length);
          }
        });
  }

  private static void read(InputStream in, int times) throws IOException {
    for (int i = 0; i < times; i++) {
      in.readNBytes(new byte[1], 0, 1);
    }
  }

  private static void readBlocks(InputStream in, int times) throws IOException {
    byte[] block = new byte[1000];
    for (int i = 0; i < times; i++) {
      assertThat(in.read(block)).isPositive();
    }
  }

  @Test
  void goesOnWithAHostThatSendsEnough() throws IOException {
    readBlocks(remote(10), 50);
    assertThat(arrived.sum()).isEqualTo(500);
  }

  @Test
  void givesUpAHostThatSendsTooLittleAfterTheFirstWindow() throws IOException {
    InputStream in = remote(9);
    readBlocks(in, 9);
    assertThatThrownBy(() -> readBlocks(in, 1))
        .isInstanceOf(TooSlowException.class)
        .hasMessage("only 90 bytes came in 10 s, and at least 100 are expected");
  }

  @Test
  void noticesAHostThatBecomesSlow() throws IOException {
    readBlocks(remote(1000), 10);
    InputStream slow = remote(1);
    assertThatThrownBy(() -> readBlocks(slow, 10)).isInstanceOf(TooSlowException.class);
  }

  @Test
  void givesUpAfterTheWholeTimeHoweverMuchComes() throws IOException {
    InputStream in = remote(1000);
    readBlocks(in, 59);
    assertThatThrownBy(() -> readBlocks(in, 1))
        .isInstanceOf(TooSlowException.class)
        .hasMessage("it was not done after 60 s");
  }

  @Test
  void countsAllConnectionsOfAFetchAndFailsFromThenOn() throws IOException {
    InputStream one = remote(1);
    InputStream other = remote(1);
    read(one, 5);
    read(other, 4);
    assertThatThrownBy(() -> read(other, 1)).isInstanceOf(TooSlowException.class);
    assertThatThrownBy(() -> read(one, 1)).isInstanceOf(TooSlowException.class);
    assertThatThrownBy(one::read).isInstanceOf(TooSlowException.class);
  }

  @Test
  void doesNotBlameTheHostForWhatWeDoBetweenTwoReads() throws IOException {
    InputStream in = remote(9);
    each = Duration.ofMillis(1);
    for (int i = 0; i < 100; i++) {
      now += Duration.ofSeconds(100).toNanos();
      readBlocks(in, 1);
    }
  }
}

package dev.pullcord.base.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProcessEndTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final BlockingQueue<Integer> halted = new LinkedBlockingQueue<>();

  @Test
  void saysInOneLineWhichThreadDiedAndOfWhat() {
    ProcessEnd end = new ProcessEnd("pullcord-test", 70, out, halted::add);

    end.end("thread ", "store-writer", new OutOfMemoryError("Java heap\nspace é"));

    assertThat(halted).containsOnly(70);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "pullcord-test: thread store-writer failed with java.lang.OutOfMemoryError:"
                + " Java heap?space ?; the process ends\n");
  }

  @Test
  void aSecondDeathAddsNoSecondLine() {
    ProcessEnd end = new ProcessEnd("pullcord-test", 70, out, halted::add);

    end.end("thread ", "report", new InternalError("first"));
    end.end("thread ", "loop", new InternalError("second"));

    assertThat(out.toString(StandardCharsets.UTF_8)).contains("first").doesNotContain("second");
  }

  @Test
  void endsThoughNobodyReadsItsLine() throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    OutputStream blocked =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            try {
              never.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          }
        };
    ProcessEnd end = new ProcessEnd("pullcord-test", 70, blocked, halted::add);
    Thread dying = Thread.ofPlatform().start(() -> end.end("thread ", "x", new InternalError()));

    assertThat(halted.poll(60, TimeUnit.SECONDS)).isEqualTo(70);
    dying.interrupt();
  }

  @Test
  void aStopThatHangsEndsByForceAndSaysWhere() throws InterruptedException {
    StopDeadline deadline =
        new StopDeadline(
            "pullcord-test", 70, Duration.ofMillis(50), () -> "the store", out, halted::add);
    CountDownLatch never = new CountDownLatch(1);
    Thread stopping =
        Thread.ofPlatform()
            .start(() -> {
              deadline.begin();
              try {
                never.await();
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
            });

    assertThat(halted.poll(60, TimeUnit.SECONDS)).isEqualTo(70);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .startsWith("pullcord-test: not ended after 0 s, held up by the store; ending by force\n")
        .contains("CountDownLatch.await");
    stopping.interrupt();
  }
}

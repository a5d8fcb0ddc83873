package dev.pullcord.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HealthChecksTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger asked = new AtomicInteger();

  @Test
  void looksAtMostOnceASecondHoweverOftenItIsAsked() {
    HealthChecks checks = checks(SECOND.multipliedBy(10), asked::incrementAndGet);

    for (int i = 0; i < 100; i++) {
      assertThat(checks.problems()).isEmpty();
    }
    assertThat(asked).hasValue(1);

    nanos.addAndGet(SECOND.plusMillis(1).toNanos());
    assertThat(checks.problems()).isEmpty();
    assertThat(asked).hasValue(2);
  }

  @Test
  void namesWhatIsStuckAndDoesNotAskASecondTime() {
    CountDownLatch free = new CountDownLatch(1);
    HealthChecks checks =
        checks(
            Duration.ofMillis(50),
            () -> {
              asked.incrementAndGet();
              free.await();
            });

    for (int i = 0; i < 3; i++) {
      assertThat(checks.problems().getFirst().text()).contains("the thing is stuck");
    }
    assertThat(asked).hasValue(1);

    free.countDown();
    HealthChecks.@Nullable Problem last = null;
    for (int i = 0; i < 200 && (last = first(checks)) != null; i++) {
      nanos.addAndGet(SECOND.toNanos());
    }
    assertThat(last).isNull();
  }

  @Test
  void saysWhatTheDiskDoesNotDoAndWhatDoesNotAnswer() {
    HealthChecks full =
        new HealthChecks(
            List.of(
                new HealthChecks.Check(
                    "disk",
                    () -> {
                      throw new IOException("No space left on device");
                    }),
                new HealthChecks.Check(
                    "store",
                    () -> {
                      throw new StoreException("DISK_READ_ONLY", "no");
                    }),
                new HealthChecks.Check(
                    "port",
                    () -> {
                      throw new TimeoutException();
                    }),
                new HealthChecks.Check(
                    "rest",
                    () -> {
                      throw new IllegalStateException("x");
                    })),
            SECOND.multipliedBy(10),
            nanos::get);

    assertThat(full.problems())
        .containsExactly(
            new HealthChecks.Problem("DISK_FULL", "disk: the disk of the server is full"),
            new HealthChecks.Problem(
                "DISK_READ_ONLY", "store: the file system of the server is read-only"),
            new HealthChecks.Problem("NOT_READY", "port is stuck: it does not answer"),
            new HealthChecks.Problem("NOT_READY", "rest is not ready"));
  }

  private HealthChecks checks(Duration limit, HealthChecks.Probe probe) {
    return new HealthChecks(List.of(new HealthChecks.Check("the thing", probe)), limit, nanos::get);
  }

  private static HealthChecks.@Nullable Problem first(HealthChecks checks) {
    List<HealthChecks.Problem> problems = checks.problems();
    return problems.isEmpty() ? null : problems.getFirst();
  }
}

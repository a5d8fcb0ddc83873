package dev.pullcord.agent.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlapGuardTest {
  /** Stands still until it is moved. */
  private static final class StandingClock implements HostClock {
    private long nanos = Long.MAX_VALUE - 1000; // overflows on the way, as a real one may

    void forward(Duration by) {
      nanos += by.toNanos();
    }

    @Override
    public Instant now() {
      return Instant.EPOCH;
    }

    @Override
    public long nanos() {
      return nanos;
    }

    @Override
    public boolean await(Signal signal, long seen, Duration atMost) {
      forward(atMost);
      return false;
    }
  }

  private final StandingClock clock = new StandingClock();
  private final FlapGuard flaps = new FlapGuard(clock);

  @Test
  void waitsLongerEachTimeUpToAMinute() {
    List<Long> seconds = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      flaps.died("grep", "worker grep exited 1");
      seconds.add(flaps.dueIn("grep").toSeconds());
      clock.forward(flaps.dueIn("grep"));
      assertThat(flaps.dueIn("grep").isPositive()).isFalse();
    }

    assertThat(seconds).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
    assertThat(flaps.reason("grep")).isEqualTo("worker grep exited 1, again in 60 s");
  }

  @Test
  void beginsAnewOnceItHasLivedForAMinute() {
    flaps.died("grep", "x");
    clock.forward(Duration.ofSeconds(1));
    flaps.died("grep", "x");
    clock.forward(Duration.ofSeconds(2).plusSeconds(60));

    flaps.died("grep", "x");

    assertThat(flaps.dueIn("grep")).isEqualTo(Duration.ofSeconds(1));
  }

  private void dies(String reason) {
    flaps.died("grep", reason);
    clock.forward(flaps.dueIn("grep"));
  }

  @Test
  void aWorkerThatDiesAgainAndAgainIsNotWellInBetween() {
    assertThat(flaps.unsettled()).isEmpty();
    for (int i = 0; i < 5; i++) {
      dies("worker grep exited 1");
      assertThat(flaps.unsettled()).as("death " + i).isPresent();
      clock.forward(Duration.ofSeconds(9));
      assertThat(flaps.unsettled()).as("9 s after death " + i).isPresent();
    }

    assertThat(flaps.reason("grep"))
        .isEqualTo("worker grep exited 1, 5 times in 1 min, again in 16 s");
    assertThat(flaps.unsettled().orElseThrow().reason())
        .isEqualTo(
            "worker grep exited 1, 5 times in 1 min; it works again and counts as well once it has"
                + " lived for 60 s");
    clock.forward(Duration.ofSeconds(51));
    assertThat(flaps.unsettled()).as("a minute").isEmpty();
  }

  @Test
  void aWorkerThatDiedOnceIsWellAfterTenSeconds() {
    assertThat(flaps.unsettled()).isEmpty();
    dies("x");
    assertThat(flaps.unsettled().orElseThrow().left()).isEqualTo(Duration.ofSeconds(10));

    clock.forward(Duration.ofSeconds(10));

    assertThat(flaps.unsettled()).isEmpty();
  }

  @Test
  void whatDiedBeforeTheFirstLookIsHeldAgainstNobody() {
    dies("the host was booted");

    assertThat(flaps.unsettled()).isEmpty();
  }

  @Test
  void workersDoNotWaitForEachOther() {
    flaps.died("grep", "x");

    assertThat(flaps.dueIn("index").isPositive()).isFalse();
    flaps.forget();
    assertThat(flaps.dueIn("grep").isPositive()).isFalse();
  }
}

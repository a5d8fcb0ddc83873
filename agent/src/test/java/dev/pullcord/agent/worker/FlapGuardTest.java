package dev.pullcord.agent.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.base.host.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlapGuardTest {
  /** Stands still until it is moved. */
  private static final class StandingClock implements HostClock {
    private Duration jump = Duration.ZERO;
    private long nanos = Long.MAX_VALUE - 1000; // overflows on the way, as a real one may

    void forward(Duration by) {
      nanos += by.toNanos();
    }

    @Override
    public Instant now() {
      return Instant.EPOCH.plusNanos(nanos - (Long.MAX_VALUE - 1000)).plus(jump);
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
  private static final String NOTHING = "{\"workers\": [{}]}";
  private static final String NULL = "{\"workers\": [null]}";

  @TempDir private Path temp;
  private FlapGuard flaps;

  @BeforeEach
  void make() {
    flaps = after(0);
  }

  /** The guard of an agent that starts so many seconds later. */
  private FlapGuard after(int seconds) {
    clock.forward(Duration.ofSeconds(seconds));
    return new FlapGuard(clock, new DeathNotes(temp.resolve("deaths.json")));
  }

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
    assertThat(flaps.unsettled(Set.of("grep"))).isEmpty();
    for (int i = 0; i < 5; i++) {
      dies("worker grep exited 1");
      assertThat(flaps.unsettled(Set.of("grep"))).as("death " + i).isPresent();
      clock.forward(Duration.ofSeconds(9));
      assertThat(flaps.unsettled(Set.of("grep"))).as("9 s after death " + i).isPresent();
    }

    assertThat(flaps.reason("grep"))
        .isEqualTo("worker grep exited 1, 5 times in 1 min, again in 16 s");
    assertThat(flaps.unsettled(Set.of("grep")).orElseThrow().reason())
        .isEqualTo(
            "worker grep exited 1, 5 times in 1 min; it runs again, and is well once it has"
                + " lived for 60 s");
    clock.forward(Duration.ofSeconds(51));
    assertThat(flaps.unsettled(Set.of("grep"))).as("a minute").isEmpty();
  }

  @Test
  void theTimeInWhichAWorkerWaitsForItsNextStartIsNoLife() {
    assertThat(flaps.unsettled(Set.of("grep"))).isEmpty();
    for (int i = 0; i < 9; i++) {
      flaps.died("grep", "worker grep exited 1");
      assertThat(flaps.unsettled(Set.of())).as("it does not run").isEmpty();
      clock.forward(flaps.dueIn("grep"));
      assertThat(flaps.unsettled(Set.of("grep"))).as("start " + i).isPresent();
      clock.forward(Duration.ofSeconds(5));
    }

    clock.forward(Duration.ofSeconds(54));
    assertThat(flaps.unsettled(Set.of("grep"))).as("59 s after the last start").isPresent();
  }

  @Test
  void aWorkerThatDiedOnceIsWellAfterTenSeconds() {
    assertThat(flaps.unsettled(Set.of("grep"))).isEmpty();
    dies("x");
    assertThat(flaps.unsettled(Set.of("grep")).orElseThrow().left())
        .isEqualTo(Duration.ofSeconds(10));

    clock.forward(Duration.ofSeconds(10));

    assertThat(flaps.unsettled(Set.of("grep"))).isEmpty();
  }

  @Test
  void whatDiedBeforeTheFirstLookIsHeldAgainstNobody() {
    dies("the host was booted");

    assertThat(flaps.unsettled(Set.of("grep"))).isEmpty();
  }

  @Test
  void anAgentThatWasRestartedStillKnowsThatAWorkerDiesAgainAndAgain() {
    assertThat(flaps.unsettled(Set.of("grep"))).isEmpty();
    for (int i = 0; i < 3; i++) {
      dies("worker grep exited 1");
    }
    flaps.died("grep", "worker grep exited 1");

    flaps = after(3);

    assertThat(flaps.dueIn("grep")).isEqualTo(Duration.ofSeconds(5));
    assertThat(flaps.reason("grep"))
        .isEqualTo("worker grep exited 1, 4 times in 1 min, again in 8 s");
    assertThat(flaps.unsettled(Set.of("grep")).orElseThrow().left())
        .isEqualTo(Duration.ofSeconds(60));
    dies("worker grep exited 1");
    assertThat(flaps.reason("grep")).contains("5 times in 1 min, again in 16 s");
  }

  @Test
  void whatWasForgottenIsNotKnownToTheNextAgentEither() {
    assertThat(flaps.unsettled(Set.of("grep"))).isEmpty();
    dies("x");
    dies("x");
    flaps.forget();

    flaps = after(0);

    assertThat(flaps.unsettled(Set.of("grep"))).isEmpty();
    assertThat(flaps.dueIn("grep").isPositive()).isFalse();
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void aWallClockThatJumpsKeepsNobodyFromBeingStarted() {
    for (long days : new long[] {-4000, 4000}) {
      flaps.died("grep", "x");
      clock.jump = clock.jump.plus(Duration.ofDays(days));
      flaps = after(0);
      assertThat(flaps.dueIn("grep")).isLessThanOrEqualTo(Duration.ofSeconds(60));
    }
  }

  @Test
  void notesThatCannotBeReadAreNone() throws IOException {
    for (String garbage :
        new String[] {"", "{", "[1]", "{\"workers\": null}", "{\"x\": 1}", NOTHING, NULL}) {
      Files.writeString(temp.resolve("deaths.json"), garbage);
      assertThat(after(0).dueIn("grep")).isEqualTo(Duration.ZERO);
    }
  }

  @Test
  void workersDoNotWaitForEachOther() {
    flaps.died("grep", "x");

    assertThat(flaps.dueIn("index").isPositive()).isFalse();
    flaps.forget();
    assertThat(flaps.dueIn("grep").isPositive()).isFalse();
  }
}

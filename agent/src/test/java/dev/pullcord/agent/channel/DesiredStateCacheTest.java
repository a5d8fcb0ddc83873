package dev.pullcord.agent.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.decision.Decision;
import dev.pullcord.agent.fake.FakeClock;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.desired.Pin;
import dev.pullcord.protocol.desired.Withheld;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DesiredStateCacheTest {
  private static final NodeName NODE = new NodeName("edge-1");
  private static final CommitId ONE = new CommitId("11".repeat(20));
  private static final CommitId TWO = new CommitId("22".repeat(20));
  // The server's clock is two hours ahead of the host's, which shows new year.
  private static final Instant SERVER_NOW = Instant.parse("2026-01-01T02:00:00Z");
  private static final Instant EXPIRY = SERVER_NOW.plusSeconds(600);

  @TempDir private Path home;
  private final FakeClock clock = new FakeClock();
  private final AtomicInteger changes = new AtomicInteger();
  private Path file;
  private DesiredStateCache cache;

  @BeforeEach
  void make() {
    file = home.resolve("desired.json");
    cache = open();
  }

  private DesiredStateCache open() {
    return new DesiredStateCache(file, NODE, clock, changes::incrementAndGet);
  }

  private static DesiredState decision(long revision, CommitId commit, @Nullable Pin pin) {
    return new DesiredState(
        revision, NODE, "fleet", "main", commit, 7L, pin, 0, SERVER_NOW, Map.of(), Orders.NONE);
  }

  private static DesiredState pinned(long revision) {
    Pin pin = new Pin("fix", "ada", "trying", EXPIRY, new Pin.After("main", ONE, 7L));
    return new DesiredState(
        revision, NODE, "fleet", "fix", TWO, null, pin, 0, SERVER_NOW, Map.of(), Orders.NONE);
  }

  private CommitId commit() {
    return Objects.requireNonNull(cache.current().orElseThrow().commit());
  }

  @Test
  void knowsNothingBeforeTheFirstDecision() {
    assertThat(cache.current()).isEmpty();
    assertThat(cache.revision()).isZero();
  }

  @Test
  void takesADecisionAndRaisesTheFlag() {
    cache.accept(decision(3, ONE, null));

    assertThat(commit()).isEqualTo(ONE);
    assertThat(cache.current().orElseThrow().deployment()).isEqualTo(7);
    assertThat(changes).hasValue(1);
  }

  @Test
  void standsOverARestart() {
    cache.accept(decision(3, ONE, null));

    cache = open();

    assertThat(commit()).isEqualTo(ONE);
    assertThat(cache.revision()).isEqualTo(3);
  }

  @Test
  void neverGoesBackToALowerRevision() {
    cache.accept(decision(3, TWO, null));
    cache.accept(decision(2, ONE, null));

    assertThat(commit()).isEqualTo(TWO);
    assertThat(changes).hasValue(1);
  }

  @Test
  void takesTheSameRevisionOnce() {
    cache.accept(decision(3, ONE, null));
    cache.accept(decision(3, ONE, null));

    assertThat(changes).hasValue(1);
  }

  @Test
  void ignoresADecisionForAnotherNode() {
    cache.accept(
        new DesiredState(
            9,
            new NodeName("edge-2"),
            "fleet",
            "main",
            ONE,
            null,
            null,
            0,
            SERVER_NOW,
            Map.of(),
            Orders.NONE));

    assertThat(cache.current()).isEmpty();
    assertThat(changes).hasValue(0);
  }

  @Test
  void followsThePinWhileItLasts() {
    cache.accept(pinned(4));
    clock.manual().advance(Duration.ofSeconds(599));
    cache.tick();

    assertThat(commit()).isEqualTo(TWO);
    assertThat(cache.current().orElseThrow().pin()).isNotNull();
    assertThat(cache.later()).containsExactly(ONE);
    assertThat(changes).hasValue(1);
  }

  @Test
  void endsThePinByItselfAndRaisesTheFlagOnce() {
    cache.accept(pinned(4));
    clock.manual().advance(Duration.ofSeconds(600));
    cache.tick();
    cache.tick();

    Decision after = cache.current().orElseThrow();
    assertThat(after.commit()).isEqualTo(ONE);
    assertThat(after.ref()).isEqualTo("main");
    assertThat(after.deployment()).isEqualTo(7);
    assertThat(after.pin()).isNull();
    assertThat(changes).hasValue(2);
  }

  @Test
  void goesByTheServersClockAndNotByTheHosts() {
    cache.accept(pinned(4));
    clock.manual().jump(Duration.ofDays(3650));
    assertThat(commit()).isEqualTo(TWO);

    clock.manual().jump(Duration.ofDays(-7300));
    clock.manual().advance(Duration.ofSeconds(600));
    assertThat(commit()).isEqualTo(ONE);
  }

  @Test
  void endsAPinThatExpiredWhileTheAgentWasDown() {
    cache.accept(pinned(4));
    clock.manual().advance(Duration.ofSeconds(601));

    cache = open();

    assertThat(commit()).isEqualTo(ONE);
  }

  @Test
  void keepsAPinOverARestartWhateverTheHostsClockShows() {
    cache.accept(pinned(4));
    clock.manual().advance(Duration.ofSeconds(300));

    cache = open();

    assertThat(commit()).isEqualTo(TWO);
  }

  @Test
  void learnsOfAClockThatWasSetFromAnyAnswer() {
    cache.accept(pinned(4));
    clock.manual().jump(Duration.ofDays(-1));
    cache.serverSays(SERVER_NOW.plusSeconds(1));

    cache = open();

    assertThat(commit()).isEqualTo(TWO);
    clock.manual().advance(Duration.ofSeconds(600));
    assertThat(commit()).isEqualTo(ONE);
  }

  @Test
  void waitsForTheServerWhenItsFileIsDamaged() throws IOException {
    cache.accept(decision(3, ONE, null));
    Files.writeString(file, "{\"desired\": {");

    cache = open();

    assertThat(cache.current()).isEmpty();
    cache.accept(decision(3, ONE, null));
    assertThat(commit()).isEqualTo(ONE);
  }

  private static DesiredState held(long revision, @Nullable Instant until) {
    Withheld withheld = new Withheld(Withheld.Kind.HELD, "held: frozen", TWO, "main", 8L, until);
    return new DesiredState(
        revision,
        NODE,
        "fleet",
        "main",
        ONE,
        8L,
        null,
        0,
        SERVER_NOW,
        Map.of(),
        Orders.NONE,
        "i1",
        withheld,
        null,
        null,
        null);
  }

  @Test
  void takesWhatWasWithheldAtItsTimeWithoutTheServer() {
    cache.accept(held(3, EXPIRY));
    assertThat(commit()).isEqualTo(ONE);
    assertThat(cache.current().orElseThrow().withheld()).isNotNull();
    assertThat(cache.later()).containsExactly(TWO);

    clock.manual().advance(Duration.ofSeconds(599));
    cache.tick();
    assertThat(commit()).isEqualTo(ONE);
    assertThat(changes).hasValue(1);

    clock.manual().advance(Duration.ofSeconds(1));
    cache.tick();
    cache.tick();
    assertThat(commit()).isEqualTo(TWO);
    assertThat(cache.current().orElseThrow().deployment()).isEqualTo(8);
    assertThat(cache.current().orElseThrow().withheld()).isNull();
    assertThat(changes).as("the loop is woken once").hasValue(2);
  }

  @Test
  void takesWhatWasWithheldAlsoWhenItsTimeCameWhileTheAgentWasDown() {
    cache.accept(held(3, EXPIRY));
    clock.manual().advance(Duration.ofHours(1));
    cache = open();
    assertThat(commit()).isEqualTo(TWO);
  }

  @Test
  void whatNeedsTheServerIsNeverTakenWithoutIt() {
    cache.accept(held(3, null));
    clock.manual().advance(Duration.ofDays(30));
    cache.tick();

    assertThat(commit()).isEqualTo(ONE);
    assertThat(cache.later()).isEmpty();
    assertThat(changes).hasValue(1);
  }
}

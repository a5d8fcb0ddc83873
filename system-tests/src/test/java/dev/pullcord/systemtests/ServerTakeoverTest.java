package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.client.ServerReply;
import dev.pullcord.protocol.api.Invitation;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two servers on one database. The active one is killed, paused, or cut off from the database, and
 * the database is killed: the other one takes over, nothing that was acknowledged is lost, and the
 * one that was replaced writes nothing.
 */
class ServerTakeoverTest {
  private static final Logger LOG = LoggerFactory.getLogger(ServerTakeoverTest.class);
  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @TempDir static Path home;
  private static TestPostgres postgres;

  @TempDir Path directory;
  private DatabaseServer one;
  private DatabaseServer two;

  /** One for all tests, each of which has a database of its own; it may be killed meanwhile. */
  @BeforeAll
  static void begin() throws IOException {
    postgres = TestPostgres.start(home.resolve("postgres"));
  }

  @AfterAll
  static void endOfAll() throws IOException {
    postgres.close();
  }

  @BeforeEach
  void make() throws Exception {
    one = DatabaseServer.make(directory, postgres.newDatabase());
    two = one.copy("two");
  }

  @AfterEach
  void end() throws Exception {
    try (DatabaseServer _ = one;
        DatabaseServer _ = two) {
      threads.shutdown();
    }
  }

  private void startBoth() throws IOException {
    one.start();
    Eventually.within(LIMIT).isTrue("one is active", one::isReady);
    two.start();
    Eventually.within(LIMIT).isTrue("two waits", two::isStandby);
  }

  /** How long it takes until that one is active. */
  private static Duration untilReady(DatabaseServer server) {
    long from = System.nanoTime();
    Eventually.within(LIMIT).isTrue("takes over", server::isReady);
    return Duration.ofNanos(System.nanoTime() - from);
  }

  /** Notes one thing after the other until that fails, and what of it was acknowledged. */
  private CompletableFuture<Void> notes(
      DatabaseServer server, String prefix, List<String> acknowledged) {
    return CompletableFuture.runAsync(
        () -> {
          for (int i = 0; server.note(prefix + i) instanceof ServerReply.Got; i++) {
            acknowledged.add(prefix + i);
          }
        },
        threads);
  }

  @Test
  void nothingAcknowledgedIsLostInTakeoversInARow() throws Exception {
    startBoth();
    List<String> acknowledged = new CopyOnWriteArrayList<>();
    List<Long> took = new ArrayList<>();
    DatabaseServer active = one;
    DatabaseServer standby = two;
    for (int kill = 1; kill <= (Fleets.full() ? 10 : 2); kill++) {
      int before = acknowledged.size();
      CompletableFuture<Void> notes = notes(active, "k" + kill + "-", acknowledged);
      Eventually.within(LIMIT).isTrue("some are noted", () -> acknowledged.size() > before + 3);
      active.kill();
      took.add(untilReady(standby).toMillis());
      notes.join();
      assertThat(standby.notes()).containsAll(acknowledged);
      active.start();
      Eventually.within(LIMIT).isTrue("is a standby", active::isStandby);
      DatabaseServer killed = active;
      active = standby;
      standby = killed;
    }
    LOG.info("{} notes kept; takeovers after kill -9 in ms: {}", acknowledged.size(), took);
    assertThat(acknowledged).isNotEmpty();
    assertThat(active.stop()).isZero();
    untilReady(standby);
  }

  @Test
  void standbyEndsInOrder() throws Exception {
    startBoth();
    assertThat(two.stop()).isZero();
    assertThat(Files.readString(two.log())).contains("standby: the store is with", "stopped");
    assertThat(one.isReady()).isTrue();
  }

  @Test
  void serverThatHasLostTheThreadOfItsLeaseEnds() throws Exception {
    one.startWithout("lease");
    assertThat(one.ended(LIMIT)).isTrue();
    assertThat(one.exit()).isEqualTo(70);
    assertThat(Files.readString(one.log())).contains("thread lease");
  }

  @Test
  void serverThatWakesUpFromAPauseWritesNothingAndEnds() throws Exception {
    startBoth();
    assertThat(one.note("before")).isInstanceOf(ServerReply.Got.class);
    one.signal("-STOP");
    Duration took = untilReady(two);
    LOG.info("takeover after SIGSTOP in ms: {}", took.toMillis());
    assertThat(took).as("no lease is taken before its time").isGreaterThan(LEASE.dividedBy(4));
    assertThat(two.note("after")).isInstanceOf(ServerReply.Got.class);
    CompletableFuture<ServerReply<Invitation>> stale =
        CompletableFuture.supplyAsync(() -> one.note("stale"), threads);
    LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
    one.signal("-CONT");
    assertThat(stale.join()).isNotInstanceOf(ServerReply.Got.class);
    assertThat(one.ended(LIMIT)).isTrue();
    assertThat(one.exit()).isEqualTo(70);
    assertThat(Files.readString(one.log())).contains("DB_TAKEN");
    assertThat(two.notes()).contains("before", "after").doesNotContain("stale");
    one.start();
    Eventually.within(LIMIT).isTrue("is a standby", one::isStandby);
  }

  @Test
  void serverThatIsCutOffFromTheDatabaseAnswersNothingOldAndEndsWhenItIsBack() throws Exception {
    int port = Integer.parseInt(one.database().replaceAll("^.*:(\\d+)/.*$", "$1"));
    try (CutRelay relay = new CutRelay(port)) {
      one.databaseAt(relay.port());
      startBoth();
      relay.cut();
      Duration took = untilReady(two);
      LOG.info("takeover after a cut from the database in ms: {}", took.toMillis());
      assertThat(one.note("stale").refusal().orElseThrow().status()).isEqualTo(503);
      assertThat(one.fleet().refusal().orElseThrow().code()).isEqualTo("DB_AWAY");
      assertThat(one.isAlive()).isTrue();
      relay.mend();
      assertThat(one.ended(LIMIT)).isTrue();
      assertThat(Files.readString(one.log())).contains("DB_TAKEN");
    }
  }

  @Test
  void oneOfTwoIsActiveAfterTheDatabaseWasKilled() throws Exception {
    startBoth();
    assertThat(one.note("before")).isInstanceOf(ServerReply.Got.class);
    postgres.kill();
    Eventually.within(LIMIT).isTrue("is not ready", () -> !one.isReady());
    postgres.startAgain();
    // Either of them may be the active one, and for a moment one after the other.
    Eventually.within(LIMIT)
        .isTrue("one has the note", () -> has(one, "before") || has(two, "before"));
    Eventually.within(LIMIT).isTrue("one takes a note", () -> takes(one) || takes(two));
    Eventually.within(LIMIT)
        .isTrue("the other one is a standby, or ended", () -> waits(one) || waits(two));
    assertThat(one.isReady() && two.isReady()).isFalse();
  }

  private static boolean has(DatabaseServer server, String note) {
    return server.noted().contains(note);
  }

  private static boolean takes(DatabaseServer server) {
    return server.note("again") instanceof ServerReply.Got<Invitation>;
  }

  private static boolean waits(DatabaseServer server) {
    return !server.isAlive() || server.isStandby();
  }
}

package dev.pullcord.server.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoreException;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.TestPostgres;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The database goes away, and another server takes the store. */
@SuppressWarnings("NullAway.Init")
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class PostgresLossTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir static Path directory;
  private static TestPostgres postgres;
  private PostgresAddress address;

  @BeforeAll
  static void start() throws Exception {
    postgres = TestPostgres.start(directory);
  }

  @AfterAll
  static void end() throws Exception {
    postgres.close();
  }

  @BeforeEach
  void makeADatabase() throws SQLException {
    address = new PostgresAddress(postgres.newDatabase(), null);
  }

  private Store open(String holder) {
    return PostgresStore.open(address, holder, null);
  }

  static Store.Task<Boolean> note(String subject) {
    return tables -> {
      tables.audit().append(new AuditTable.Act(Instant.EPOCH, "ann", "note", subject, null, null));
      return true;
    };
  }

  private static List<String> noted(Store store) {
    return store.read(t -> t.audit().newest(100_000)).stream()
        .map(AuditTable.Act::subject)
        .toList();
  }

  /** Ends the connection that writes: the one that holds the lock. */
  private void endWriter() throws SQLException {
    postgres.sql(
        address.url(),
        "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database ="
            + " (select oid from pg_database where datname = current_database())");
  }

  @Test
  void nothingAcknowledgedIsLostWhenTheDatabaseIsKilledInTheMiddleOfWrites() throws Exception {
    Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    Set<String> codes = ConcurrentHashMap.newKeySet();
    AtomicInteger number = new AtomicInteger();
    try (Store store = open("one")) {
      for (int kill = 1; kill <= 3; kill++) {
        int enough = acknowledged.size() + 200;
        CompletableFuture<Void> writes =
            CompletableFuture.runAsync(() -> {
              while (codes.isEmpty()) {
                String subject = "n" + number.incrementAndGet();
                store
                    .submit(note(subject))
                    .whenComplete((_, failure) -> {
                      if (failure == null) {
                        acknowledged.add(subject);
                      } else if (failure instanceof StoreException known) {
                        codes.add(known.code());
                      } else {
                        codes.add(failure.toString());
                      }
                    })
                    .exceptionally(_ -> false)
                    .join();
              }
            });
        Eventually.within(LIMIT).isTrue("writes", () -> acknowledged.size() > enough);
        postgres.kill();
        writes.join();
        assertThat(codes).isSubsetOf("DB_AWAY", "DB_UNKNOWN");
        assertThatThrownBy(() -> noted(store)).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> store.write(note("lost")))
            .hasMessageContaining("does not answer")
            .extracting("code")
            .isEqualTo("DB_AWAY");
        postgres.startAgain();
        codes.clear();
        Eventually.within(LIMIT).isTrue("it heals", () -> writes(store, "healed"));
        Eventually.within(LIMIT).isTrue("reads heal", () -> reads(store));
        assertThat(noted(store)).containsAll(acknowledged).doesNotContain("lost");
      }
    }
  }

  private static boolean writes(Store store, String subject) {
    try {
      return store.write(note(subject));
    } catch (StoreException _) {
      return false;
    }
  }

  private static boolean reads(Store store) {
    try {
      return !noted(store).isEmpty();
    } catch (StoreException _) {
      return false;
    }
  }

  @Test
  void aServerWhoseStoreWasTakenOverWritesNothingAndEnds() throws Exception {
    Process stale =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                StaleServer.class.getName(),
                address.url())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said = stale.inputReader();
        BufferedWriter go = stale.outputWriter()) {
      assertThat(said.readLine()).isEqualTo("before is written");
      endWriter();
      try (Store now = open("two")) {
        now.write(note("of two"));
        go.write("\n");
        go.flush();
        assertThat(said.lines().filter(l -> l.contains("DB_TAKEN")).findFirst().orElseThrow())
            .contains("taken over by two");
        assertThat(stale.waitFor()).isEqualTo(70);
        assertThat(noted(now)).containsExactly("of two", "before");
      }
    } finally {
      stale.destroyForcibly();
    }
  }

  /** Its lock is there, and its number is over. */
  @Test
  void aConnectionThatOutlivesItsNumberIsFenced() throws Exception {
    PostgresConnections connections = new PostgresConnections(address);
    try (PostgresWriting stale = PostgresWriting.take(connections, "one", null)) {
      stale.begin();
      stale.commit();
      postgres.sql(address.url(), "update store_holder set number = number + 1, holder = 'two'");
      assertThatThrownBy(stale::begin)
          .hasMessageContaining("taken over by two")
          .extracting("code")
          .isEqualTo("DB_TAKEN");
    }
  }

  /** The commit is on disk, and waits for a standby that does not exist. */
  @Test
  void aCommitThatWasKeptWithoutAnAnswerIsFollowedUpAndNotAcknowledged() throws Exception {
    AtomicInteger followed = new AtomicInteger();
    postgres.sql("postgres", "alter role postgres set synchronous_commit = 'local'");
    postgres.sql("postgres", "alter system set synchronous_standby_names = 'nobody'");
    postgres.sql("postgres", "select pg_reload_conf()");
    String set = "select current_setting('synchronous_standby_names') = 'nobody'";
    Eventually.within(LIMIT).isTrue("it is set", () -> postgres.isTrue("postgres", set));
    try (Store store = open("one")) {
      onEachNote("perform set_config('synchronous_commit', 'on', true)", "");
      CompletableFuture<Boolean> unknown = submit(store, "kept", followed);
      Eventually.within(LIMIT).isTrue("it waits", () -> waits("SyncRep"));
      endWriter();
      assertUnknown(unknown);
      postgres.sql(address.url(), "drop trigger each on audit");
      Eventually.within(LIMIT).isTrue("it is followed up", () -> followed.get() == 1);
      Eventually.within(LIMIT).isTrue("it heals", () -> writes(store, "next"));
      assertThat(noted(store)).containsExactly("next", "kept");
      assertThat(followed).hasValue(1);
    } finally {
      postgres.sql("postgres", "alter system reset synchronous_standby_names");
      postgres.sql("postgres", "select pg_reload_conf()");
      postgres.sql("postgres", "alter role postgres reset synchronous_commit");
    }
  }

  private void onEachNote(String act, String when) throws SQLException {
    postgres.sql(
        address.url(),
        "create function act() returns trigger language plpgsql as $$begin "
            + act
            + "; return null; end$$");
    postgres.sql(
        address.url(),
        "create constraint trigger each after insert on audit "
            + when
            + " for each row execute function act()");
  }

  private static CompletableFuture<Boolean> submit(
      Store store, String subject, AtomicInteger followed) {
    return store.submit(tables -> {
      tables.afterCommit(followed::incrementAndGet);
      return note(subject).run(tables);
    });
  }

  @Test
  void aCommitThatWasNotKeptIsNotFollowedUp() throws Exception {
    AtomicInteger followed = new AtomicInteger();
    try (Store store = open("one")) {
      onEachNote("perform pg_sleep(600)", "deferrable initially deferred");
      CompletableFuture<Boolean> unknown = submit(store, "lost", followed);
      Eventually.within(LIMIT).isTrue("it waits", () -> waits("PgSleep"));
      endWriter();
      assertUnknown(unknown);
      postgres.sql(address.url(), "drop trigger each on audit");
      Eventually.within(LIMIT).isTrue("it heals", () -> writes(store, "next"));
      assertThat(noted(store)).containsExactly("next");
      assertThat(followed).hasValue(0);
    }
  }

  @Test
  void theRightPasswordIsTakenAndAWrongOneIsSaid() throws Exception {
    Path file = Files.writeString(directory.resolve("password"), "correct horse\n");
    postgres.requirePassword("pullcord", "correct horse");
    postgres.sql(address.url(), "grant create on schema public to pullcord");
    String url = address.url().replace("postgres@", "pullcord@");
    PostgresStore.open(new PostgresAddress(url, file), "one", null).close();
    Files.writeString(file, "wrong mule\n");
    assertThatThrownBy(() -> PostgresStore.open(new PostgresAddress(url, file), "one", null))
        .hasMessageContaining("password authentication failed")
        .hasMessageNotContaining("mule");
  }

  private boolean waits(String what) {
    return postgres.isTrue(
        address.url(),
        "select exists (select 1 from pg_stat_activity where wait_event = '" + what + "')");
  }

  private static void assertUnknown(CompletableFuture<Boolean> write) {
    assertThatThrownBy(write::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .hasMessageContaining("look before you try again")
        .extracting("code")
        .isEqualTo("DB_UNKNOWN");
  }
}

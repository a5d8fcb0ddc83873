package dev.pullcord.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.FullAtTimes;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.sqlite.SqliteStore;
import dev.pullcord.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was done while the disk took nothing is in the log once it does, with its own time. */
class AuditLogTest {
  private static final AuditQuery ANY = new AuditQuery(null, null, null, null, null);

  @TempDir Path directory;
  private final ManualClock clock = ManualClock.atNewYear();
  private FullAtTimes store;
  private AuditLog log;

  @BeforeEach
  void start() throws IOException {
    store = new FullAtTimes(SqliteStore.open(directory.resolve("store.db")));
    log = new AuditLog(store, clock);
  }

  @AfterEach
  void stop() {
    store.close();
  }

  private List<String> subjects() {
    return log.page(ANY, Long.MAX_VALUE, 2000).stream().map(row -> row.entry().subject()).toList();
  }

  private void pushed(String branch) {
    log.done("ada", null, "push", branch, null, null);
  }

  @Test
  void waitsInMemoryForADiskThatTakesItAgain() {
    store.full = true;
    pushed("main");
    pushed("next");
    log.tick();
    assertThat(subjects()).isEmpty();

    store.full = false;
    log.tick();
    log.tick();

    assertThat(subjects()).containsExactly("next", "main");
  }

  @Test
  void holdsNoMoreThanItsBound() {
    store.full = true;
    for (int i = 0; i < AuditLog.WAITING_MAX + 10; i++) {
      pushed("b" + i);
    }

    store.full = false;
    log.tick();

    assertThat(subjects()).hasSize(AuditLog.WAITING_MAX).doesNotContain("b" + AuditLog.WAITING_MAX);
  }

  @Test
  void whoSignsInAgainAndAgainPushesNobodysActsOut() {
    for (int i = 0; i < 300; i++) {
      signedIn("192.0.2.1");
    }
    signedIn("192.0.2.2");
    assertThat(signIns()).containsExactly(1, 1);
    clock.advance(Duration.ofMinutes(10));
    log.tick();
    assertThat(signIns()).containsExactly(299, 1, 1);
  }

  @Test
  void whoSignsInFromManyAddressesIsCountedWithoutThem() {
    for (int i = 0; i < 3 * RepeatedActs.SORTS_MAX; i++) {
      signedIn("192.0.2." + i);
    }
    assertThat(signIns()).hasSize(RepeatedActs.SORTS_MAX + 1);
  }

  private void signedIn(String address) {
    AuditTable.Source from = new AuditTable.Source(AuditTable.Way.DASHBOARD, address);
    log.done("vi", from, "sign-in", "dashboard", null, null);
  }

  private List<Integer> signIns() {
    return log.page(ANY, Long.MAX_VALUE, 2000).stream().map(row -> row.entry().times()).toList();
  }
}

package dev.pullcord.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.FullAtTimes;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.StoreException;
import dev.pullcord.server.store.sqlite.TestStore;
import dev.pullcord.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was done while the disk took nothing is in the log once it does, with its own time. */
class AuditLogTest {
  private static final AuditQuery ANY = new AuditQuery(null, null, null, null, null);

  @TempDir Path directory;
  private final ManualClock clock = ManualClock.atNewYear();
  private FullAtTimes store;
  private AuditLog log;

  @BeforeEach
  void start() throws IOException {
    store = new FullAtTimes(TestStore.open(directory.resolve("store.db")));
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

  @ParameterizedTest
  @ValueSource(strings = {StoreException.AWAY, StoreException.BUSY})
  void waitsInMemoryForADatabaseThatAnswersAgain(String code) {
    store.trouble = new StoreException(code, "no connection");
    store.full = true;
    pushed("main");

    store.full = false;
    log.tick();

    assertThat(subjects()).containsExactly("main");
  }

  @Test
  void writesNothingTwiceOfWhichNobodyKnowsWhetherItIsThere() {
    store.trouble = new StoreException(StoreException.UNKNOWN, "the connection broke");
    store.full = true;
    pushed("main");

    store.full = false;
    log.tick();

    assertThat(subjects()).isEmpty();
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
    for (int hour = 0; hour < 10; hour++) {
      for (int i = 0; i < 200; i++) {
        signedIn("192.0." + hour + "." + i);
      }
      clock.advance(Duration.ofHours(1));
      log.tick();
    }
    assertThat(signIns()).as("five with an address, one without, and a count an hour").hasSize(16);
    assertThat(signIns().stream().mapToInt(Integer::intValue).sum()).isEqualTo(2000);
  }

  @Test
  void anAddressOfTheSameNetworkIsNoOtherOne() {
    signedIn("2001:db8::1");
    signedIn("2001:db8::2");
    assertThat(signIns()).containsExactly(1);
  }

  @Test
  void whoSignsOutOfOneBrowserAndOfSeveralSignsOutAgain() {
    for (String browsers : List.of("one browser", "2 browsers", "3 browsers")) {
      log.done("vi", from("192.0.2.1"), "sign-out", browsers, null, null);
    }
    log.close();
    assertThat(log.page(ANY, Long.MAX_VALUE, 9).stream().map(row -> row.entry().after()))
        .containsExactly("and others like it", null);
  }

  private void signedIn(String address) {
    log.done("vi", from(address), "sign-in", "dashboard", null, null);
  }

  private static AuditTable.Source from(String address) {
    return new AuditTable.Source(AuditTable.Way.DASHBOARD, address);
  }

  private List<Integer> signIns() {
    return log.page(ANY, Long.MAX_VALUE, 2000).stream().map(row -> row.entry().times()).toList();
  }
}

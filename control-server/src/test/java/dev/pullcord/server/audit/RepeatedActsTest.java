package dev.pullcord.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.server.FullAtTimes;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.StoreException;
import dev.pullcord.server.store.sqlite.TestStore;
import dev.pullcord.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Neither an entry nor a count is lost with a transaction that fails. */
class RepeatedActsTest {
  @TempDir Path directory;
  private final ManualClock clock = ManualClock.atNewYear();
  private final RepeatedActs acts = new RepeatedActs();
  private FullAtTimes store;

  @BeforeEach
  void open() {
    store = new FullAtTimes(TestStore.open(directory.resolve("store.db")));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void acted(int times) {
    store.write(tables -> {
      for (int i = 0; i < times; i++) {
        acts.append(
            tables,
            new AuditTable.Act(clock.instant(), "server", "node.ahead", "web-1", null, "so far"));
      }
      return times;
    });
  }

  private List<Integer> written() {
    return store.read(tables -> tables.audit().newest(99)).stream()
        .map(AuditTable.Act::times)
        .toList();
  }

  @Test
  void theFirstThatWasUndoneIsWrittenTheNextTime() {
    store.undoes = true;
    assertThatThrownBy(() -> acted(1)).isInstanceOf(StoreException.class);
    assertThat(written()).isEmpty();

    store.undoes = false;
    acted(1);
    acted(1);
    assertThat(written()).containsExactly(1);
    acts.keepAll(store, clock.instant());
    assertThat(written()).as("the one that was undone is not counted").containsExactly(1, 1);
  }

  @Test
  void aCountThatWasNotWrittenIsWrittenLaterWithWhatCameMeanwhile() {
    acted(1);
    acted(3);
    clock.advance(RepeatedActs.SHORTEST);
    store.full = true;
    assertThatThrownBy(() -> acts.keepDue(store, clock.instant()))
        .isInstanceOf(StoreException.class);
    store.full = false;
    acted(1);
    acts.keepDue(store, clock.instant());
    assertThat(written()).containsExactly(4, 1);

    clock.advance(Duration.ofHours(1));
    acts.keepDue(store, clock.instant());
    assertThat(written()).as("nothing came since").containsExactly(4, 1);
  }

  @Test
  void aClockThatIsSetBackDoesNotHoldACountBack() {
    acted(1);
    acted(2);
    clock.jump(Duration.ofDays(-1));
    acts.keepDue(store, clock.instant());
    assertThat(written()).containsExactly(2, 1);
  }

  @Test
  void aStopGoesOnWhereTheDiskTakesNoCounts() {
    acted(1);
    acted(1);
    store.full = true;
    acts.keepAll(store, clock.instant());
    assertThat(written()).containsExactly(1);
  }
}

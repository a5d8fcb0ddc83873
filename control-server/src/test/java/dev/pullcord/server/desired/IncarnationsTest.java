package dev.pullcord.server.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.contact.SeenDecision;
import dev.pullcord.server.store.Revisions;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.sqlite.TestStore;
import dev.pullcord.testkit.ManualClock;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IncarnationsTest {
  @TempDir Path directory;
  private Store store;
  private Incarnations incarnations;

  @BeforeEach
  void threeStarts() {
    store = TestStore.open(directory.resolve("store.db"));
    begin("one");
    count(40);
    begin("two");
    count(2);
    begin("three");
    count(3);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void begin(String id) {
    incarnations = Incarnations.begin(store, id, ManualClock.atNewYear());
  }

  private void count(int times) {
    store.write(tables -> {
      for (int i = 0; i < times; i++) {
        tables.revisions().next();
      }
      return times;
    });
  }

  private boolean made(long revision, @Nullable String incarnation) {
    return incarnations.made(new SeenDecision(revision, incarnation, null), 45);
  }

  @Test
  void knowsWhatItHasCounted() {
    assertThat(made(1, "one")).isTrue();
    assertThat(made(40, "one")).isTrue();
    assertThat(made(41, "two")).isTrue();
    assertThat(made(45, "three")).isTrue();
    assertThat(made(45, null)).as("an agent or a server of the version before").isTrue();
  }

  @Test
  void aNumberThatItCountedForSomethingElseIsNotItsOwn() {
    assertThat(made(41, "one")).as("one went on after the backup").isFalse();
    assertThat(made(43, "two")).isFalse();
    assertThat(made(12, "never known")).isFalse();
    assertThat(made(46, "three")).isFalse();
    assertThat(made(46, null)).isFalse();
  }

  @Test
  void keepsSoManyStartsAndTakesOlderOnesForItsOwn() {
    for (int i = 0; i < Incarnations.KEPT + 5; i++) {
      count(1);
      begin("later-" + i);
    }

    List<Revisions.Incarnation> kept = store.read(t -> t.revisions().incarnations());
    assertThat(kept).hasSize(Incarnations.KEPT);
    assertThat(made(12, "one")).isTrue();
  }
}

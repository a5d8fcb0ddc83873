package dev.pullcord.server.alert.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.store.OutboxTable;
import dev.pullcord.server.store.OutboxTable.NewMessage;
import dev.pullcord.server.store.OutboxTable.OutboxMessage;
import dev.pullcord.server.store.OutboxTable.State;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.sqlite.TestStore;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Delivery in order, over failures, for a day. */
@SuppressWarnings("NullAway.Init")
class OutboxTest {
  @TempDir Path directory;
  private final ManualClock clock = ManualClock.atNewYear();
  private final List<String> got = new ArrayList<>();
  private Store store;

  @BeforeEach
  void open() {
    store = TestStore.open(directory.resolve("store.db"));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void add(String id) {
    add("ops", id, null);
  }

  private void add(String receiver, String id, @org.jspecify.annotations.Nullable String slot) {
    store.write(tables -> {
      Outbox.add(tables, new NewMessage(id, receiver, "test", slot, id, "{}", clock.instant()));
      return null;
    });
  }

  private List<OutboxMessage> all() {
    return store.read(t -> t.outbox().newest(1_000_000)).reversed();
  }

  private void deliver(Receiver receiver) {
    TestDeliveries.all(store, clock, "ops", receiver);
  }

  private Delivery take(NewMessage message) {
    got.add(message.messageId());
    return new Delivery.Done();
  }

  @Test
  void messagesAreDeliveredInOrderAndALaterOneWaitsBehindOneThatFails() {
    add("m1");
    add("m2");
    deliver(_ -> new Delivery.Later("away"));
    assertThat(all()).extracting(m -> m.trial().tries()).containsExactly(1, 0);
    deliver(this::take);
    assertThat(got).isEmpty();
    clock.advance(Duration.ofSeconds(5));
    deliver(this::take);
    assertThat(got).containsExactly("m1", "m2");
  }

  @Test
  void aReceiverThatComesBackAfterAnHourGetsAllOfIt() {
    add("m1");
    for (int minute = 0; minute < 60; minute++) {
      deliver(_ -> new Delivery.Later("away"));
      add("later-" + minute);
      clock.advance(Duration.ofMinutes(1));
    }
    assertThat(all().getFirst().trial().tries()).isBetween(5, 12);
    clock.advance(Duration.ofMinutes(30));
    deliver(this::take);
    assertThat(got).hasSize(61).startsWith("m1", "later-0").endsWith("later-59");
  }

  @Test
  void whatAReceiverAsksForIsWaited() {
    add("m1");
    deliver(_ -> new Delivery.Later("429", Duration.ofMinutes(10)));
    clock.advance(Duration.ofMinutes(9));
    deliver(this::take);
    assertThat(got).isEmpty();
    clock.advance(Duration.ofMinutes(1));
    deliver(this::take);
    assertThat(got).containsExactly("m1");
  }

  @Test
  void afterADayAMessageIsGivenUpAndCanBeTriedAgain() {
    add("m1");
    for (int i = 0; i < 60; i++) {
      deliver(_ -> new Delivery.Later("away"));
      clock.advance(Duration.ofMinutes(30));
    }
    OutboxMessage m1 = all().getFirst();
    assertThat(m1.trial().state()).isEqualTo(State.GIVEN_UP);
    assertThat(m1.trial().problem()).isEqualTo("away");
    add("m2");
    deliver(this::take);
    assertThat(got).containsExactly("m2");
    new Outbox(store, clock).retry(m1.id());
    deliver(this::take);
    assertThat(got).containsExactly("m2", "m1");
  }

  @Test
  void aMessageThatIsRefusedKeepsNoOtherOne() {
    add("bad");
    add("good");
    deliver(m -> m.messageId().equals("bad") ? new Delivery.Refused("400") : take(m));
    assertThat(got).containsExactly("good");
    add("bug");
    deliver(_ -> {
      throw new IllegalStateException("https://secret");
    });
    assertThat(all().getLast().trial().problem()).startsWith("BUG").doesNotContain("secret");
  }

  @Test
  void ofASlotOnlyTheNewestIsDelivered() {
    add("ops", "s1", "commit");
    add("ops", "other", "another");
    add("ops", "s2", "commit");
    deliver(this::take);
    assertThat(got).containsExactly("other", "s2");
  }

  @Test
  void whatWaitsAndWhatIsKeptIsBounded() {
    store.write(tables -> {
      for (int i = 0; i < OutboxTable.WAITING_MAX + 10; i++) {
        Outbox.add(
            tables, new NewMessage("m" + i, "ops", "test", null, "t", "{}", clock.instant()));
      }
      return null;
    });
    assertThat(store.<Map<String, Integer>>read(t -> t.outbox().waiting()))
        .containsEntry("ops", OutboxTable.WAITING_MAX);
    deliver(this::take);
    assertThat(got).hasSize(OutboxTable.WAITING_MAX).startsWith("m10");
    assertThat(all()).hasSize(OutboxTable.ENDED_KEPT);
  }

  @Test
  void aReceiverThatHangsSlowsNobodyElse() {
    CountDownLatch hang = new CountDownLatch(1);
    Queue<String> other = new ConcurrentLinkedQueue<>();
    Receiver hanging =
        _ -> {
          hang.await();
          return new Delivery.Later("late");
        };
    Receiver quick =
        m -> {
          other.add(m.messageId());
          return new Delivery.Done();
        };
    add("ops", "stuck", null);
    try (OutboxSender sender =
        new OutboxSender(new Outbox(store, clock), Map.of("ops", hanging, "hook", quick))) {
      for (int i = 0; i < 20; i++) {
        add("hook", "m" + i, null);
        sender.wake();
      }
      Eventually.within(Duration.ofSeconds(60))
          .until("the other has all", other::size, n -> n == 20);
      assertThat(other).startsWith("m0", "m1");
      hang.countDown();
    }
  }
}

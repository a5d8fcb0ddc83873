package dev.pullcord.server.alert.outbox;

import dev.pullcord.base.host.ProcessEnd;
import dev.pullcord.server.store.OutboxTable;
import dev.pullcord.server.store.OutboxTable.NewMessage;
import dev.pullcord.server.store.OutboxTable.OutboxMessage;
import dev.pullcord.server.store.OutboxTable.Trial;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.Tables;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages that wait in the store, and one try to deliver the next of a receiver. A message is
 * added in the transaction that keeps what it tells of. A kill between a delivery and the record of
 * it has the message delivered once more, under the same id; nothing is lost.
 */
public final class Outbox {
  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

  private final Store store;
  private final InstantSource clock;

  /** The outbox of that store. */
  public Outbox(Store store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Adds a message, within a transaction. */
  public static void add(Tables tables, NewMessage message) {
    tables.outbox().add(message, DeliveryTimes.first(message.createdAt()));
  }

  /** Gives up all that waits for a receiver, within a transaction. */
  public static void giveUp(Tables tables, String receiver, String why, Instant now) {
    Optional<OutboxMessage> next = tables.outbox().head(receiver);
    while (next.isPresent()) {
      Trial last = next.get().trial();
      tables
          .outbox()
          .tried(
              next.get().id(),
              new Trial(OutboxTable.State.GIVEN_UP, last.tries(), now, last.until(), why, now));
      next = tables.outbox().head(receiver);
    }
    tables.outbox().forgetEnded();
  }

  /**
   * Tries the oldest message of a receiver if it is due. Later ones wait behind it, so that a
   * receiver is told in order.
   *
   * @return how long nothing is due; empty when nothing waits
   */
  Optional<Duration> deliverNext(String name, Receiver receiver) throws InterruptedException {
    Optional<OutboxMessage> head = store.read(tables -> tables.outbox().head(name));
    if (head.isEmpty()) {
      return Optional.empty();
    }
    Duration pause = DeliveryTimes.untilDue(head.get().trial(), clock.instant());
    if (!pause.isZero()) {
      return Optional.of(pause);
    }
    Delivery delivery = tried(name, receiver, head.get().message());
    Trial after = DeliveryTimes.after(head.get().trial(), delivery, clock.instant());
    store.write(tables -> {
      tables.outbox().tried(head.get().id(), after);
      if (after.state() != OutboxTable.State.WAITING) {
        tables.outbox().forgetEnded();
      }
      return null;
    });
    return Optional.of(Duration.ZERO);
  }

  /** A fault of ours counts as a try too, so that it does not keep later messages for ever. */
  private static Delivery tried(String name, Receiver receiver, NewMessage message)
      throws InterruptedException {
    try {
      return receiver.deliver(message);
    } catch (RuntimeException e) {
      ProcessEnd.ifBroken(e);
      // The text of an exception may have an address with a secret, so only its kind is shown.
      LOG.error("message {} to {}: {}", message.messageId(), name, e.getClass().getName());
      return new Delivery.Later("BUG  the server could not send it: " + e.getClass().getName());
    }
  }

  /** Tries now whether a receiver can be told, beside the messages that wait. */
  public Delivery test(String name, Receiver receiver, NewMessage message) {
    try {
      return tried(name, receiver, message);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new Delivery.Later("the server stops; ask again in a moment");
    }
  }

  /** A message; empty when there is none of that id. */
  public Optional<OutboxMessage> find(long id) {
    return store.read(tables -> tables.outbox().find(id));
  }

  /** Has a message tried again now, for another day; empty when there is none of that id. */
  public Optional<OutboxMessage> retry(long id) {
    Instant now = clock.instant();
    return store.write(tables -> {
      OutboxTable outbox = tables.outbox();
      outbox
          .find(id)
          .filter(m -> m.trial().state() != OutboxTable.State.DELIVERED)
          .ifPresent(_ -> outbox.tried(id, DeliveryTimes.first(now)));
      return outbox.find(id);
    });
  }
}

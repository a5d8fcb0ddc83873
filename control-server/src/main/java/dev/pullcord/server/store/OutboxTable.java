package dev.pullcord.server.store;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Messages on their way to receivers, and those that were delivered or given up. */
public interface OutboxTable {
  /** So many messages that have ended are kept of each receiver. */
  int ENDED_KEPT = 200;

  /** So many may wait for one receiver; the oldest above that are given up. */
  int WAITING_MAX = 1_000;

  /**
   * Adds a message. One with a slot takes the place of every message of that receiver and slot that
   * still waits.
   */
  void add(NewMessage message, Trial first);

  /** The oldest message that waits for this receiver. */
  Optional<OutboxMessage> head(String receiver);

  /** The newest message of each slot of that receiver. */
  List<OutboxMessage> newestOfSlots(String receiver);

  /** One of them. */
  Optional<OutboxMessage> find(long id);

  /** The newest of all. */
  List<OutboxMessage> newest(int limit);

  /** How many wait, by receiver. */
  Map<String, Integer> waiting();

  /** Keeps what came of a try, where the message is still there. */
  void tried(long id, Trial trial);

  /** Forgets messages that ended, but for the newest of each receiver and of each slot. */
  void forgetEnded();

  /** Forgets all messages of these slots that ended. */
  void forgetSlots(String receiver, Collection<String> slots);

  /**
   * A message that was just made.
   *
   * @param messageId unique for ever, also over a restored store
   * @param receiver the name of the receiver
   * @param event the name of the event
   * @param slot of which only the newest message is of use; null where each is
   * @param title one line
   * @param body what its receiver makes of it what it sends
   * @param createdAt when it was made
   */
  record NewMessage(
      String messageId,
      String receiver,
      String event,
      @Nullable String slot,
      String title,
      String body,
      Instant createdAt) {}

  /** A message with what came of it; the ids of a receiver are in the order of its messages. */
  record OutboxMessage(long id, NewMessage message, Trial trial) {}

  /**
   * How far the delivery of a message is.
   *
   * @param state where it is
   * @param tries how often it was tried
   * @param nextAt when it is tried next
   * @param until when it is given up
   * @param problem what the last try failed of; empty for nothing
   * @param endedAt when it was delivered or given up; null before that
   */
  record Trial(
      State state,
      int tries,
      Instant nextAt,
      Instant until,
      String problem,
      @Nullable Instant endedAt) {}

  /** Where a message is. */
  enum State {
    WAITING,
    DELIVERED,
    GIVEN_UP
  }
}

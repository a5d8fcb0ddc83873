package dev.pullcord.server.alert.outbox;

import dev.pullcord.server.store.OutboxTable.NewMessage;

/**
 * Somebody outside who is told. It is called on a thread of its own, may take at most about a
 * minute for a try, and reads its secrets anew each time. Nothing that it answers has a secret.
 */
@FunctionalInterface
public interface Receiver {
  /** Tries once. */
  Delivery deliver(NewMessage message) throws InterruptedException;
}

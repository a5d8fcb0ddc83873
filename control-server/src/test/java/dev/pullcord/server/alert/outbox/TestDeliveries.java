package dev.pullcord.server.alert.outbox;

import dev.pullcord.server.store.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** Delivers on the thread of a test what the sender would on its own. */
public final class TestDeliveries {
  private TestDeliveries() {}

  /** Everything that is due. */
  public static void all(Store store, InstantSource clock, String name, Receiver receiver) {
    Outbox outbox = new Outbox(store, clock);
    try {
      Optional<Duration> next = outbox.deliverNext(name, receiver);
      while (next.filter(Duration::isZero).isPresent()) {
        next = outbox.deliverNext(name, receiver);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

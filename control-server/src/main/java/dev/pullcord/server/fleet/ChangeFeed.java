package dev.pullcord.server.fleet;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners what has changed, on a thread that is not the one that changed it. Changes of one
 * node that nobody was told of yet are one change, so that what waits is bounded by the fleet.
 */
final class ChangeFeed {
  private static final Logger log = LoggerFactory.getLogger(ChangeFeed.class);

  private final Executor executor;
  private final List<Consumer<FleetChange>> listeners = new CopyOnWriteArrayList<>();
  private final Set<FleetChange> pending = new LinkedHashSet<>();
  private boolean scheduled;

  ChangeFeed(Executor executor) {
    this.executor = executor;
  }

  FleetChange.Subscription subscribe(Consumer<FleetChange> listener) {
    // A wrapper of its own, so that one listener subscribed twice can be closed once.
    Consumer<FleetChange> subscribed = listener::accept;
    listeners.add(subscribed);
    return () -> listeners.remove(subscribed);
  }

  void publish(FleetChange change) {
    synchronized (pending) {
      pending.add(change);
      if (scheduled) {
        return;
      }
      scheduled = true;
    }
    executor.execute(this::drain);
  }

  private void drain() {
    while (true) {
      List<FleetChange> changes;
      synchronized (pending) {
        if (pending.isEmpty()) {
          scheduled = false;
          return;
        }
        changes = List.copyOf(pending);
        pending.clear();
      }
      changes.forEach(c -> listeners.forEach(l -> tell(l, c)));
    }
  }

  private static void tell(Consumer<FleetChange> listener, FleetChange change) {
    try {
      listener.accept(change);
    } catch (RuntimeException e) {
      log.warn("a listener of fleet changes failed on {}", change, e);
    }
  }
}

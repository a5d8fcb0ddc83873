package dev.pullcord.server.webhook;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Bounds how many deliveries one network may send within a minute. It counts the newest networks
 * only, so that strangers cannot fill the memory.
 */
final class DeliveryRate {
  static final int MOST = 600;
  static final int NETWORKS_MAX = 4096;
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final LongSupplier nanos;
  private final Map<String, Count> counts = new LinkedHashMap<>();

  private record Count(long since, int count) {}

  DeliveryRate(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Counts one; whether it may still come. */
  synchronized boolean take(String network) {
    long now = nanos.getAsLong();
    Count before = counts.get(network);
    if (before == null || now - before.since() >= MINUTE) {
      counts.remove(network);
      if (counts.size() >= NETWORKS_MAX) {
        counts.remove(counts.keySet().iterator().next());
      }
      before = new Count(now, 0);
    }
    if (before.count() >= MOST) {
      return false;
    }
    counts.put(network, new Count(before.since(), before.count() + 1));
    return true;
  }
}

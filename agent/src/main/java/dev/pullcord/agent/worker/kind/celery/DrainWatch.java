package dev.pullcord.agent.worker.kind.celery;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.protocol.manifest.CelerySpec;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds when a draining generation may end and when one that works has gone silent, by how long it
 * has said the same on the monotonic clock. It remembers that in memory: an agent that was
 * restarted waits anew.
 */
final class DrainWatch {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  /** The longer it drains, the less often it is looked at, since each look costs a pass. */
  private static final int LOOKS_SHARE = 8;

  private static final Duration LOOKS_AT_MOST = Duration.ofSeconds(10);
  private static final Duration SILENT_AFTER = Duration.ofSeconds(20);
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final CeleryFiles files;
  private final HostClock clock;
  private final Map<Long, Since<Double>> beats = new HashMap<>();
  private final Map<Long, Since<Long>> asks = new HashMap<>();
  private final Map<Long, Since<Long>> stops = new HashMap<>();

  private record Since<T>(T what, long nanos) {}

  DrainWatch(CeleryFiles files, HostClock clock) {
    this.files = files;
    this.clock = clock;
  }

  /**
   * How long until a generation that was to give its queues up may be asked to end, or is to be
   * looked at again: it has confirmed it, that was so long ago that nothing more can come, and it
   * says that it holds nothing. The event loop of one that was asked to end does not turn any more:
   * its acknowledgements, heartbeats, time limits and what is due wait for its longest task.
   */
  Duration holdsFor(Generation generation, HelperOrder wanted, Duration quiet) throws IOException {
    Optional<HelperStatus> told = files.told(generation);
    long asked = since(asks, generation.number(), wanted.number());
    boolean stopped =
        told.filter(t -> t.disconnected() || t.number() >= wanted.number()).isPresent();
    if (!stopped) {
      stops.remove(generation.number());
      // A solo pool stops when its task has ended.
      Duration share = share(Duration.ofNanos(clock.nanos() - asked));
      return share.compareTo(LOOK_AGAIN) < 0 ? LOOK_AGAIN : share;
    }
    long since = since(stops, generation.number(), wanted.number());
    Duration passed = Duration.ofNanos(clock.nanos() - since);
    if (passed.compareTo(quiet) < 0) {
      return quiet.minus(passed);
    }
    if (told.get().holdsNothing()) {
      return Duration.ZERO;
    }
    return share(passed);
  }

  private static Duration share(Duration passed) {
    Duration share = passed.dividedBy(LOOKS_SHARE);
    return share.compareTo(LOOKS_AT_MOST) < 0 ? share : LOOKS_AT_MOST;
  }

  /** What is wrong with a generation that has the work; a wrong wish is put right. */
  Optional<String> complaint(Generation generation, CelerySpec spec) throws IOException {
    Optional<HelperOrder> wanted = files.wanted(generation.number());
    if (wanted.isPresent() && !wanted.get().consume()) {
      files.want(generation.number(), wanted.get().consuming(wanted.get().ping()));
      return Optional.of("is given its queues again");
    }
    Optional<HelperStatus> told = files.told(generation);
    if (told.isEmpty()) {
      return Optional.of("says nothing of its queues");
    }
    long silent = clock.nanos() - since(beats, generation.number(), told.get().at());
    if (silent > SILENT_AFTER.toNanos() && !told.get().busy()) {
      return Optional.of("has not been heard from for " + silent / NANOS_PER_SECOND + " s");
    }
    if (!told.get().connected()) {
      return Optional.of("has no connection to its broker");
    }
    List<String> missing =
        spec.queues().stream().filter(q -> !told.get().broker().queues().contains(q)).toList();
    if (!missing.isEmpty() || told.get().broker().queues().isEmpty()) {
      return Optional.of(
          "does not consume " + (missing.isEmpty() ? "anything" : String.join(", ", missing)));
    }
    return Optional.empty();
  }

  private <T> long since(Map<Long, Since<T>> map, long generation, T what) {
    Since<T> before = map.get(generation);
    if (before != null && before.what().equals(what)) {
      return before.nanos();
    }
    long now = clock.nanos();
    map.put(generation, new Since<>(what, now));
    return now;
  }
}

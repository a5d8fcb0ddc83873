package dev.pullcord.server.action;

import dev.pullcord.protocol.action.ActionReports;
import dev.pullcord.protocol.action.ActionReports.Have;
import dev.pullcord.protocol.action.ActionReports.Taken;
import dev.pullcord.protocol.action.RunState;
import dev.pullcord.server.store.RunTable;
import dev.pullcord.server.store.RunTable.NodePart;
import dev.pullcord.server.store.Store;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes what nodes say of their orders. The end of an order is on disk, with its output, before it
 * is acknowledged; until then the node keeps it. A node can only speak of its own orders.
 */
public final class RunIntake {
  private static final int LATE_MAX = 100;

  /** Of one late part, so that all of them together are below 16 Mi characters. */
  static final int LATE_OUTPUT_MAX = 160 << 10;

  private final Store store;
  private final LiveRuns live;
  private final RunLoop loop;
  private final InstantSource clock;

  /** Parts of runs that are over, of nodes that came back. */
  private final Map<String, LivePart> late = new ConcurrentHashMap<>();

  RunIntake(Store store, LiveRuns live, RunLoop loop, InstantSource clock) {
    this.store = store;
    this.live = live;
    this.loop = loop;
    this.clock = clock;
  }

  /** Takes reports of a node. */
  public Taken take(long node, ActionReports reports) {
    List<Have> have = new ArrayList<>();
    List<CompletableFuture<Runnable>> ends = new ArrayList<>();
    for (ActionReports.Item item : reports.items()) {
      Optional<LiveRuns.Place> place = live.byKey(item.key());
      LivePart part = place.map(LiveRuns.Place::part).orElseGet(() -> late(item.key()));
      boolean open =
          part != null && part.stored().node() == node && isOpen(part.standing().state());
      if (part == null || !open) {
        have.add(new Have(item.key(), item.from() + item.text().length(), true));
        continue;
      }
      boolean fits;
      boolean over;
      synchronized (part) {
        fits = part.take(item, place.isPresent() ? live.outputMax() : LATE_OUTPUT_MAX);
        over = fits && item.outcome() != null && item.state().ended();
      }
      if (over) {
        ends.add(end(item, part, place));
      } else {
        place.ifPresent(p -> p.run().changes().raise());
      }
      have.add(new Have(item.key(), part.end(), over));
    }
    ends.forEach(end -> end.join().run());
    if (!ends.isEmpty()) {
      loop.look();
    }
    return new Taken(have);
  }

  private static boolean isOpen(RunState state) {
    return !state.ended() || state == RunState.UNKNOWN;
  }

  private CompletableFuture<Runnable> end(
      ActionReports.Item item, LivePart part, Optional<LiveRuns.Place> place) {
    ActionReports.Outcome outcome = item.outcome();
    RunTable.Standing standing =
        new RunTable.Standing(
            item.state(),
            clock.instant(),
            outcome == null ? null : outcome.exitCode(),
            outcome == null ? null : outcome.tookMillis(),
            outcome == null ? "" : outcome.reason(),
            false);
    NodePart ended = part.asStored(standing);
    return store.submit(tables -> {
      tables.runs().put(ended);
      return () -> {
        part.stands(standing);
        late.remove(item.key());
        place.ifPresent(p -> p.run().changes().raise());
      };
    });
  }

  /** Of a run that is over: unknown may still become known. */
  private @Nullable LivePart late(String key) {
    LivePart known = late.get(key);
    if (known != null) {
      return known;
    }
    Optional<NodePart> stored = store.read(tables -> tables.runs().byKey(key));
    if (stored.isEmpty() || !isOpen(stored.get().standing().state())) {
      return null;
    }
    if (late.size() >= LATE_MAX) {
      late.clear(); // the nodes tell it again from the beginning
    }
    LivePart part = new LivePart(stored.get().with(stored.get().standing(), "", 0));
    late.put(key, part);
    return part;
  }
}

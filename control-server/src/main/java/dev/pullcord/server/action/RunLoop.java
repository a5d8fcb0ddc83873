package dev.pullcord.server.action;

import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.protocol.action.RunState;
import dev.pullcord.protocol.action.RunView;
import dev.pullcord.protocol.channel.ServerEvent.ActionsWanted;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.store.RunTable;
import dev.pullcord.server.store.RunTable.NodePart;
import dev.pullcord.server.store.RunTable.StoredRun;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.Tables;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what {@link RunPlanner} says, on one thread: stores whose turn it is before the nodes are
 * told, ends what will not be begun any more, and ends the runs. Looks at all runs whenever
 * something has changed, and every second.
 */
final class RunLoop {
  private static final Logger LOG = LoggerFactory.getLogger(RunLoop.class);

  /** A node that began says how it ended at the latest so long after its time limit. */
  private static final Duration GRACE = Duration.ofSeconds(60);

  private final Store store;
  private final FleetModel fleet;
  private final LiveRuns live;
  private final ActionRuns.Line line;
  private final InstantSource clock;
  private final ExecutorService thread = LastingThreads.pool("runs", 1);
  private final AtomicBoolean due = new AtomicBoolean();

  RunLoop(Store store, FleetModel fleet, LiveRuns live, ActionRuns.Line line, InstantSource clock) {
    this.store = store;
    this.fleet = fleet;
    this.live = live;
    this.line = line;
    this.clock = clock;
  }

  /** Whose turn it is in a run that is not stored yet. */
  static RunPlanner.Next next(RunRequests.Made made, LongPredicate connected) {
    return RunPlanner.next(
        made.parts().stream()
            .map(part ->
                new RunPlanner.Member(
                    part.name(), part.standing().state(), false, connected.test(part.node())))
            .toList(),
        made.run().terms().atOnce(),
        made.run().terms().stopAfter(),
        null);
  }

  /** A run was stored, with those that begin first. */
  void begins(LiveRun run) {
    for (LivePart part : run.parts()) {
      if (part.releasedAt() != null) {
        tell(part.stored().node());
      }
    }
    if (run.all(part -> part.standing().state().ended())) {
      look();
    }
  }

  /** A run is cancelled, on disk: those that may have begun hear it, the others do not begin. */
  void cancelled(LiveRun run) {
    run.parts().stream()
        .filter(part -> part.releasedAt() != null && !part.standing().state().ended())
        .forEach(part -> tell(part.stored().node()));
    look();
  }

  /** A node's stream has opened. */
  void opened(long node) {
    if (live.all().isEmpty()) {
      return;
    }
    tell(node);
    look();
  }

  private void tell(long node) {
    ActionsWanted orders = new ActionsWanted(RunOrders.of(node, live.all(), clock.instant()));
    if (!orders.orders().isEmpty()) {
      line.tell(node, orders);
    }
  }

  /** Looks at all runs soon. */
  void look() {
    if (!live.all().isEmpty() && due.compareAndSet(false, true)) {
      try {
        thread.execute(() -> {
          due.set(false);
          lookNow();
        });
      } catch (RejectedExecutionException e) {
        LOG.debug("the server ends", e);
      }
    }
  }

  private void lookNow() {
    for (LiveRun run : List.copyOf(live.all())) {
      try {
        look(run);
      } catch (RuntimeException e) {
        LOG.warn("run {} does not go on for now: {}", run.run().id(), e.toString());
      }
    }
  }

  private void look(LiveRun run) {
    Instant now = clock.instant();
    List<RunPlanner.Member> members =
        run.parts().stream()
            .map(part ->
                new RunPlanner.Member(
                    part.stored().name(),
                    part.standing().state(),
                    part.releasedAt() != null,
                    line.connected(part.stored().node())))
            .toList();
    RunView.Terms terms = run.run().terms();
    RunPlanner.Next next =
        RunPlanner.next(members, terms.atOnce(), terms.stopAfter(), over(run.run(), now));
    release(run, next.release(), now);
    List<Ending> endings = new ArrayList<>();
    for (LivePart part : run.parts()) {
      ending(run, part, next, now).ifPresent(standing -> endings.add(new Ending(part, standing)));
    }
    end(run, endings);
    if (run.all(part -> part.standing().state().ended())) {
      store.write(tables -> {
        tables.runs().end(run.run().id(), now);
        return null;
      });
      run.ends(now);
      live.remove(run);
    }
  }

  private static RunPlanner.@Nullable Stop over(StoredRun run, Instant now) {
    if (run.cancelledBy() != null) {
      return RunPlanner.Stop.CANCELLED;
    }
    return now.isBefore(run.terms().beginUntil()) ? null : RunPlanner.Stop.TIME;
  }

  private record Ending(LivePart part, RunTable.Standing standing) {}

  private void release(LiveRun run, List<NodeName> nodes, Instant now) {
    if (nodes.isEmpty()) {
      return;
    }
    store.write(tables -> {
      tables.runs().release(run.run().id(), nodes, now);
      return null;
    });
    Set<Long> told = new HashSet<>();
    for (NodeName name : nodes) {
      LivePart part = run.part(name);
      part.released(now);
      told.add(part.stored().node());
    }
    run.changes().raise();
    told.forEach(this::tell);
  }

  /** How a part ends without an answer of the node; empty while it may still come or begin. */
  private Optional<RunTable.Standing> ending(
      LiveRun run, LivePart part, RunPlanner.Next next, Instant now) {
    if (part.standing().state().ended()) {
      return Optional.empty();
    }
    NodePart stored = part.stored();
    Optional<NodeRecord> node = fleet.byId(stored.node());
    if (part.releasedAt() == null) {
      return notBegun(run, next, node, now);
    }
    Instant lastAnswer = run.run().terms().beginUntil().plus(stored.order().timeout()).plus(GRACE);
    boolean away = node.map(n -> !n.reachable()).orElse(true);
    boolean late = over(run.run(), now) != null;
    if (now.isBefore(lastAnswer) && node.isPresent() && !(late && away)) {
      return Optional.empty();
    }
    String what =
        part.standing().state() == RunState.RUNNING
            ? "it ran when it was last heard from"
            : "it was told, and has not answered";
    String why = node.isEmpty() ? "; the node was removed" : away ? "; the node is away" : "";
    return Optional.of(RunTable.Standing.ended(RunState.UNKNOWN, now, what + why, false));
  }

  private static Optional<RunTable.Standing> notBegun(
      LiveRun run, RunPlanner.Next next, Optional<NodeRecord> node, Instant now) {
    if (node.isEmpty()) {
      String removed = "the node was removed before its turn";
      return Optional.of(RunTable.Standing.ended(RunState.REFUSED, now, removed, false));
    }
    RunPlanner.Stop stop = next.stop();
    return switch (stop) {
      case null -> Optional.empty();
      case CANCELLED ->
          Optional.of(
              RunTable.Standing.ended(
                  RunState.REFUSED,
                  now,
                  "not begun: " + run.run().cancelledBy() + " cancelled the run",
                  false));
      case FAILURES ->
          Optional.of(
              RunTable.Standing.ended(
                  RunState.REFUSED,
                  now,
                  "not begun: the run stops after "
                      + run.run().terms().stopAfter()
                      + (Integer.valueOf(1).equals(run.run().terms().stopAfter())
                          ? " failure"
                          : " failures"),
                  false));
      case TIME -> {
        Duration within = Duration.between(run.run().startedAt(), run.run().terms().beginUntil());
        String why = node.get().reachable() ? "its turn did not come" : "it is not connected";
        yield Optional.of(
            RunTable.Standing.ended(
                RunState.REFUSED,
                now,
                "not reached within " + Durations.format(within) + ": " + why,
                true));
      }
    };
  }

  private void end(LiveRun run, List<Ending> endings) {
    if (endings.isEmpty()) {
      return;
    }
    List<Ending> stored =
        store.write(tables -> {
          // A node's own answer may have been stored since this was worked out, and it counts.
          List<Ending> open =
              endings.stream().filter(ending -> isOpen(tables, ending.part())).toList();
          open.forEach(ending -> tables.runs().put(ending.part().asStored(ending.standing())));
          return open;
        });
    stored.forEach(ending -> ending.part().stands(ending.standing()));
    run.changes().raise();
  }

  private static boolean isOpen(Tables tables, LivePart part) {
    return tables
        .runs()
        .byKey(part.stored().order().key())
        .filter(kept -> !kept.standing().state().ended())
        .isPresent();
  }

  void close() {
    thread.shutdown();
  }
}

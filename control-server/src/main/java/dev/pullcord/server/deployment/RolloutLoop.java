package dev.pullcord.server.deployment;

import dev.pullcord.base.host.ProcessEnd;
import dev.pullcord.server.desired.Decisions;
import dev.pullcord.server.desired.Rollouts;
import dev.pullcord.server.desired.Waker;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.rollout.RefRollout;
import dev.pullcord.server.rollout.Rollout;
import dev.pullcord.server.store.DiskTrouble;
import dev.pullcord.server.store.Store;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves every rollout on whenever something of the fleet has changed, and every second. A step is
 * on disk with the decisions that follow from it before a node is told, so that a server that is
 * killed at any moment goes on from what its nodes know. Where nothing changes, nothing is written.
 */
public final class RolloutLoop {
  private static final Logger log = LoggerFactory.getLogger(RolloutLoop.class);

  private final Store store;
  private final FleetModel fleet;
  private final Rollouts rollouts;
  private final Decisions decisions;
  private final Waker waker;
  private final InstantSource clock;
  private final AtomicBoolean due = new AtomicBoolean();

  /** What keeps rollouts from going on, by branch: it is said once. */
  private final Map<String, String> said = new ConcurrentHashMap<>();

  /** A loop; it does nothing by itself. */
  public RolloutLoop(
      Store store,
      FleetModel fleet,
      Rollouts rollouts,
      Decisions decisions,
      Waker waker,
      InstantSource clock) {
    this.store = store;
    this.fleet = fleet;
    this.rollouts = rollouts;
    this.decisions = decisions;
    this.waker = waker;
    this.clock = clock;
  }

  /** Runs on that executor now and whenever the fleet changes. */
  public void follow(Executor executor) {
    fleet.subscribe(_ -> runSoon(executor));
    runSoon(executor); // before an agent is heard of, so that the time of a downtime is nobody's
  }

  /** Has that executor, which has one thread, run it soon; many calls before it does are one. */
  public void runSoon(Executor executor) {
    boolean some = fleet.read(now -> !now.rollouts().isEmpty());
    if (some && due.compareAndSet(false, true)) {
      executor.execute(() -> {
        due.set(false);
        run();
      });
    }
  }

  /** Moves each rollout on until nothing follows any more from the fleet as it is. */
  public void run() {
    List<RefRollout> live = fleet.read(now -> new ArrayList<>(now.rollouts().values()));
    said.keySet().retainAll(live.stream().map(RefRollout::ref).toList());
    for (RefRollout rollout : live) {
      try {
        advance(rollout);
        said.remove(rollout.ref());
      } catch (RuntimeException e) { // it keeps none of the others from going on
        ProcessEnd.ifBroken(e);
        if (!e.toString().equals(said.put(rollout.ref(), e.toString()))) {
          DiskTrouble.log(
              log,
              "the rollout of " + rollout.ref() + " cannot go on; it is tried again in a second",
              e);
        }
      }
    }
  }

  private void advance(RefRollout rollout) {
    Rollout next = rollouts.next(rollout, clock.instant()).rollout();
    if (!next.equals(rollout.progress())) {
      waker.wake(store.write(tables -> decisions.advance(tables, rollout.deployment())));
      say(rollout, next);
    }
  }

  private static void say(RefRollout before, Rollout after) {
    if (before.progress().phase() != after.phase()) {
      log.info(
          "rollout of {} to {} is {}{}",
          before.commit().abbreviated(),
          before.ref(),
          after.phase().wireName(),
          after.reason().isEmpty() ? "" : ": " + after.reason());
    }
  }
}

package dev.pullcord.server.desired;

import static dev.pullcord.server.desired.PlantedStore.isAsking;
import static dev.pullcord.server.desired.PlantedStore.with;

import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.rollout.MemberClock;
import dev.pullcord.server.rollout.RefRollout;
import dev.pullcord.server.rollout.Rollout;
import dev.pullcord.server.store.DeploymentTable;
import dev.pullcord.server.store.FreezeTable;
import dev.pullcord.server.store.FreezeTable.StoredFreeze;
import dev.pullcord.server.store.NodeTable;
import dev.pullcord.server.store.PinTable;
import dev.pullcord.server.store.PinTable.StoredPin;
import dev.pullcord.server.store.Revisions;
import dev.pullcord.server.store.RolloutTable;
import dev.pullcord.server.store.RolloutTable.StoredRollout;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoredNode;
import dev.pullcord.server.store.Tables;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/**
 * Faults of what decides, one at a time, to see that stories notice them. Each is planted between
 * the real rooms and their store: one room reads something else than what is there.
 */
enum SteeringBug {
  NONE(0, "") {
    @Override
    Tables around(Tables tables, Planted planted) {
      return tables;
    }
  },
  /** A node that joins is given the newest commit, whatever is frozen. */
  JOIN_SKIPS_FREEZE(36, "which is newer than null") {
    @Override
    Tables around(Tables tables, Planted planted) {
      AtomicBoolean joined = new AtomicBoolean();
      NodeTable nodes =
          with(
              NodeTable.class,
              tables.nodes(),
              "insert",
              given -> {
                tables.nodes().insert((StoredNode) given[0]);
                joined.set(true);
                return null;
              });
      FreezeTable none = with(FreezeTable.class, tables.freezes(), "all", _ -> List.of());
      Tables blind =
          with(
              Tables.class,
              tables,
              "freezes",
              _ -> joined.get() && isAsking(DECIDING) ? none : tables.freezes());
      return with(Tables.class, blind, "nodes", _ -> nodes);
    }
  },
  /** What an agent does at the end of its pin is worked out as if no freeze lasted longer. */
  PIN_ENDS_INTO_FREEZE(33, " by itself ") {
    @Override
    Tables around(Tables tables, Planted planted) {
      Instant now = planted.clock().instant();
      FreezeTable shorter =
          with(
              FreezeTable.class,
              tables.freezes(),
              "all",
              _ ->
                  tables.freezes().all().stream()
                      .map(freeze ->
                          isAsking(DECIDING)
                              ? endingWith(tables.pins().all(), freeze, now)
                              : freeze)
                      .toList());
      return with(Tables.class, tables, "freezes", _ -> shorter);
    }
  },
  /** A rollback does not ask whether its commit is new to nodes that are held. */
  ROLLBACK_BRINGS_NEW(2, "and a rollback gives it") {
    @Override
    Tables around(Tables tables, Planted planted) {
      NodeTable none = with(NodeTable.class, tables.nodes(), "all", _ -> List.of());
      return with(Tables.class, tables, "nodes", _ -> isAsking(JUDGE) ? none : tables.nodes());
    }
  },
  /** A rollback takes what nodes ran for new. */
  EVERYTHING_IS_NEW(31, "is refused as new, which ran") {
    @Override
    Tables around(Tables tables, Planted planted) {
      DeploymentTable none =
          with(DeploymentTable.class, tables.deployments(), "page", _ -> List.of());
      return with(
          Tables.class, tables, "deployments", _ -> isAsking(JUDGE) ? none : tables.deployments());
    }
  },
  /** How many nodes a deployment reached is counted anew when the next one comes. */
  OUTCOME_COUNTED_ANEW(12, ", and now as ") {
    @Override
    Tables around(Tables tables, Planted planted) {
      DeploymentTable anew =
          with(
              DeploymentTable.class,
              tables.deployments(),
              "counts",
              given -> allWell(tables.deployments().counts(ids(given[0]))));
      return with(Tables.class, tables, "deployments", _ -> anew);
    }
  },
  /** A rollout that halted gives its commit to the others a while later. */
  HALTED_GOES_ON(78, "a rollout goes on by itself") {
    @Override
    Tables around(Tables tables, Planted planted) {
      RolloutTable all =
          with(
              RolloutTable.class,
              tables.rollouts(),
              "live",
              _ ->
                  tables.rollouts().live().stream()
                      .map(row -> isAsking(DECIDING) ? goingOn(row, planted) : row)
                      .toList());
      return with(Tables.class, tables, "rollouts", _ -> all);
    }
  },
  /** Every node gets the commit of a rollout at once. */
  ROLLOUT_FORGOTTEN(2, "nothing rolls out") {
    @Override
    Tables around(Tables tables, Planted planted) {
      RolloutTable none = with(RolloutTable.class, tables.rollouts(), "live", _ -> List.of());
      return with(
          Tables.class, tables, "rollouts", _ -> isAsking(DECIDING) ? none : tables.rollouts());
    }
  },
  /** An order to a worker is not kept. */
  WORKER_ORDER_LOST(0, "was given an order") {
    @Override
    Tables around(Tables tables, Planted planted) {
      NodeTable nodes = with(NodeTable.class, tables.nodes(), "order", _ -> null);
      return with(Tables.class, tables, "nodes", _ -> nodes);
    }
  },
  /** A pin that has ended stays. */
  PIN_STAYS(0, "in the end ") {
    @Override
    Tables around(Tables tables, Planted planted) {
      PinTable pins = with(PinTable.class, tables.pins(), "remove", _ -> null);
      return with(Tables.class, tables, "pins", _ -> pins);
    }
  },
  /** A server that starts again does not know of freezes. */
  FREEZE_LOST_BY_RESTART(8, "after a restart") {
    @Override
    Tables around(Tables tables, Planted planted) {
      FreezeTable none = with(FreezeTable.class, tables.freezes(), "all", _ -> List.of());
      return with(
          Tables.class, tables, "freezes", _ -> planted.start() > 1 ? none : tables.freezes());
    }
  },
  /** Two decisions have the same number. */
  NUMBER_USED_TWICE(0, " went from ") {
    @Override
    Tables around(Tables tables, Planted planted) {
      Revisions revisions =
          with(Revisions.class, tables.revisions(), "next", _ -> tables.revisions().newest());
      return with(Tables.class, tables, "revisions", _ -> revisions);
    }
  };

  /** What says whether a rollback is new; it is for its own room alone. */
  private static final String JUDGE = "dev.pullcord.server.operations.hold.NewToHeldNodes";

  private static final String DECIDING = Steering.class.getName();

  private final long seed;
  private final String words;

  SteeringBug(long seed, String words) {
    this.seed = seed;
    this.words = words;
  }

  /** The seed that is tried first, since it has found it before. */
  long seed() {
    return seed;
  }

  /** What the promise says that has to notice it. */
  String words() {
    return words;
  }

  /**
   * What is known where it is planted.
   *
   * @param start how often the server started, from 1
   * @param halted when it was first seen that a deployment's rollout has halted
   */
  record Planted(InstantSource clock, int start, Map<Long, Instant> halted) {}

  /** The tables as the rooms see them. */
  abstract Tables around(Tables tables, Planted planted);

  /** To be put around the store of each start of one story. */
  BiFunction<Store, InstantSource, Store> seam() {
    Map<Long, Instant> halted = new HashMap<>();
    AtomicInteger starts = new AtomicInteger();
    return (store, clock) -> {
      Planted planted = new Planted(clock, starts.incrementAndGet(), halted);
      return this == NONE ? store : new PlantedStore(store, tables -> around(tables, planted));
    };
  }

  private static StoredFreeze endingWith(List<StoredPin> pins, StoredFreeze freeze, Instant now) {
    Instant end =
        pins.stream()
            .map(StoredPin::expiresAt)
            .filter(at -> at.isAfter(now) && at.isBefore(freeze.expiresAt()))
            .min(Comparator.naturalOrder())
            .orElse(freeze.expiresAt());
    return new StoredFreeze(
        freeze.ref(),
        freeze.selector(),
        freeze.owner(),
        freeze.reason(),
        freeze.createdAt(),
        end,
        freeze.outside());
  }

  private static List<Long> ids(Object given) {
    return ((Collection<?>) given).stream().map(Long.class::cast).toList();
  }

  private static Map<Long, Map<NodeState, Integer>> allWell(
      Map<Long, Map<NodeState, Integer>> counts) {
    Map<Long, Map<NodeState, Integer>> well = new HashMap<>();
    counts.forEach((id, states) ->
        well.put(
            id,
            Map.of(
                NodeState.CONVERGED, states.values().stream().mapToInt(Integer::intValue).sum())));
    return well;
  }

  /** As it is when it is first seen to have halted; later all have the commit. */
  private static StoredRollout goingOn(StoredRollout row, Planted planted) {
    RefRollout rollout = RefRollout.of(row);
    Instant now = planted.clock().instant();
    if (!rollout.isHalted()
        || !now.isAfter(planted.halted().computeIfAbsent(rollout.deployment(), _ -> now))) {
      return row;
    }
    Rollout is = rollout.progress();
    Map<String, MemberClock> released = new TreeMap<>(is.released());
    is.members().forEach(node -> released.putIfAbsent(node, MemberClock.from(now)));
    return rollout
        .with(
            new Rollout(
                is.phase(),
                is.reason(),
                is.goesBack(),
                is.members(),
                is.canaries(),
                released,
                is.failed(),
                is.forgiven(),
                is.gate()))
        .row();
  }
}

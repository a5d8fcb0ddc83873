package dev.pullcord.server.desired;

import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.manifest.node.RolloutSpec;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.rollout.RefRollout;
import dev.pullcord.server.rollout.Rollout;
import dev.pullcord.server.rollout.RolloutOrders;
import dev.pullcord.server.rollout.RolloutPlanner;
import dev.pullcord.server.rollout.RolloutStep;
import dev.pullcord.server.store.DeploymentTable.StoredDeployment;
import dev.pullcord.server.store.RolloutTable;
import dev.pullcord.server.store.StoredNode;
import dev.pullcord.server.store.Tables;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Begins rollouts and moves them on, each within the transaction that it is part of. A deployment
 * that reaches everyone at once has no rollout, and costs nothing here.
 */
public final class Rollouts {
  private static final int SPECS_MAX = 64;

  private final CommitSource commits;
  private final FleetModel fleet;
  private final Map<CommitId, RolloutSpec> specs = new LinkedHashMap<>();

  /** Of that repository's commits. */
  public Rollouts(CommitSource commits, FleetModel fleet) {
    this.commits = commits;
    this.fleet = fleet;
  }

  /**
   * What the commit's manifest asks for. It is read from the repository once: call this before the
   * transaction that needs it.
   */
  synchronized RolloutSpec spec(CommitId commit) {
    RolloutSpec known = specs.get(commit);
    if (known != null) {
      return known;
    }
    RolloutSpec spec =
        commits.manifest(commit) instanceof ManifestResult.Valid valid
            ? valid.manifest().rollout()
            : RolloutSpec.ALL_AT_ONCE;
    if (specs.size() == SPECS_MAX) {
      specs.remove(specs.keySet().iterator().next());
    }
    specs.put(commit, spec);
    return spec;
  }

  /** Whether a rollout with these rules has anything to decide once everyone was told. */
  private static boolean reachesEveryoneAtOnce(RolloutSpec spec) {
    return spec.strategy() instanceof RolloutSpec.Strategy.All
        && spec.onHalt() == RolloutSpec.OnHalt.STAY;
  }

  /**
   * Begins the rollout of a deployment that was just made, with its first step. Where nothing was
   * deployed before, there is nothing to protect, and everyone gets it at once. So does who goes
   * back: what a rollback brings ran there before.
   *
   * @param before the deployment that it supersedes; null for the branch's first
   * @param pinned ids of the nodes that are pinned
   */
  void begin(
      Tables tables,
      StoredDeployment created,
      @Nullable StoredDeployment before,
      Set<Long> pinned,
      Instant now) {
    RefRollout old = before == null ? null : find(tables, before.id());
    if (old != null && !old.progress().phase().isOver()) {
      Rollout over = RolloutOrders.supersede(old.progress(), whatTookItsPlace(created));
      tables.rollouts().put(old.with(over).row());
    }
    RolloutSpec spec = spec(created.commit());
    boolean goesBack = created.head().rollback() != null;
    if (before == null || goesBack || reachesEveryoneAtOnce(spec)) {
      return;
    }
    // A commit that did not reach everyone is nothing to bring to those who never had it.
    CommitId base = old == null || old.isDone() ? before.commit() : old.before();
    Set<String> members = new TreeSet<>();
    Map<String, CommitId> origins = new HashMap<>();
    for (StoredNode node : tables.nodes().all()) {
      if (node.settings().ref().equals(created.ref()) && !pinned.contains(node.id())) {
        members.add(node.name().value());
        CommitId origin = runsNow(node, created.ref());
        if (origin != null && !origin.equals(base)) {
          origins.put(node.name().value(), origin);
        }
      }
    }
    RefRollout rollout =
        new RefRollout(
            created.id(),
            created.ref(),
            created.commit(),
            base,
            origins,
            spec,
            Rollout.begin(members),
            null);
    tables.rollouts().put(rollout.with(next(rollout, now).rollout()).row());
  }

  private static String whatTookItsPlace(StoredDeployment created) {
    String commit = created.commit().abbreviated();
    return created.head().rollback() == null
        ? commit
        : "the rollback to " + commit + " by " + created.head().pushedBy();
  }

  private static @Nullable CommitId runsNow(StoredNode node, String ref) {
    DesiredState decision = node.decision();
    return decision != null
            && decision.pin() == null
            && decision.gate() == null // what it tries is nothing to go back to
            && decision.ref().equals(ref)
        ? decision.commit()
        : null;
  }

  private static @Nullable RefRollout find(Tables tables, long deployment) {
    return tables.rollouts().find(deployment).map(RefRollout::of).orElse(null);
  }

  /** What follows for the rollout from the fleet as it is in memory now. */
  public RolloutStep next(RefRollout rollout, Instant now) {
    return RolloutPlanner.next(
        rollout.ref(),
        rollout.progress(),
        rollout.spec(),
        fleet.read(state -> RolloutMembers.at(rollout, state, now)),
        now);
  }

  /**
   * Stores the next step of a rollout, if there is one.
   *
   * @return names of the nodes whose decision it may change; empty when nothing changed
   */
  List<String> advance(Tables tables, RefRollout rollout, Instant now) {
    Rollout before = rollout.progress();
    Rollout after = next(rollout, now).rollout();
    if (after.equals(before)) {
      return List.of();
    }
    tables.rollouts().put(rollout.with(after).row());
    boolean onlyReleased =
        after.phase() == before.phase()
            && after.canaries().equals(before.canaries())
            && after.gate().isOpen() == before.gate().isOpen()
            && after.goesBack() == before.goesBack();
    Set<String> concerned = new TreeSet<>(after.released().keySet());
    if (onlyReleased) {
      concerned.removeAll(before.released().keySet());
    } else {
      concerned.addAll(followers(rollout.ref()));
    }
    return List.copyOf(concerned);
  }

  /** Lets every rollout forget a node that is removed: another one may get its name. */
  public static void forget(Tables tables, NodeName node) {
    for (RolloutTable.StoredRollout row : tables.rollouts().live()) {
      RefRollout rollout = RefRollout.of(row);
      RefRollout without = rollout.without(node.value());
      if (!without.equals(rollout)) {
        tables.rollouts().put(without.row());
      }
    }
  }

  /** Pinned ones too: they are told what comes after their pin. */
  private List<String> followers(String branch) {
    return fleet.read(state ->
        state.nodes().values().stream()
            .filter(node -> node.settings().ref().equals(branch))
            .map(node -> node.name().value())
            .toList());
  }
}

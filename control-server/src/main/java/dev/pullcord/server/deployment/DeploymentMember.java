package dev.pullcord.server.deployment;

import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.fleet.FleetSnapshot;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.rollout.RefRollout;
import dev.pullcord.server.store.DeploymentTable;
import dev.pullcord.server.store.DeploymentTable.MemberEnd;
import dev.pullcord.server.store.DeploymentTable.StoredDeployment;
import dev.pullcord.server.store.PinTable;
import dev.pullcord.server.store.Suspension;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges one node of a deployment. A node that was taken away from it, by a pin or otherwise, stays
 * one of its nodes: it ran the commit before, or it is held elsewhere by somebody's decision. A
 * suspended node is none of its nodes, unless the deployment ended before.
 *
 * @param deployment the deployment
 * @param kept what the store has of it
 * @param node the node, while it is to run the deployment's commit; null when it is not
 * @param elsewhere the node, while it is suspended or is to run something else; null when it was
 *     removed
 * @param halted whether the rollout is halted, and goes on only when a person says so
 */
public record DeploymentMember(
    StoredDeployment deployment,
    DeploymentTable.Member kept,
    @Nullable NodeRecord node,
    @Nullable NodeRecord elsewhere,
    boolean halted) {

  /** The members of a deployment, as the fleet has them now. */
  public static List<DeploymentMember> of(
      FleetSnapshot fleet, StoredDeployment deployment, List<DeploymentTable.Member> members) {
    return members.stream()
        .filter(kept -> isOfTheEnd(deployment, kept) || !suspended(fleet, kept))
        .map(kept -> of(fleet, deployment, kept))
        .toList();
  }

  /** Whether it counts in how the deployment ended, whatever becomes of it. */
  private static boolean isOfTheEnd(StoredDeployment deployment, DeploymentTable.Member kept) {
    return kept.end() != null || (deployment.ending() != null && kept.convergedAt() != null);
  }

  private static boolean suspended(FleetSnapshot fleet, DeploymentTable.Member kept) {
    NodeRecord node = fleet.nodes().get(kept.name());
    return node != null && node.id() == kept.node() && node.suspension() != null;
  }

  private static DeploymentMember of(
      FleetSnapshot fleet, StoredDeployment deployment, DeploymentTable.Member kept) {
    NodeRecord node = fleet.nodes().get(kept.name());
    if (node == null || node.id() != kept.node()) {
      return new DeploymentMember(deployment, kept, null, null, false);
    }
    boolean its =
        Objects.equals(node.decision().deployment(), deployment.id()) && node.suspension() == null;
    RefRollout rollout = fleet.rollouts().get(deployment.ref());
    boolean halted =
        rollout != null && rollout.deployment() == deployment.id() && rollout.isHalted();
    return new DeploymentMember(deployment, kept, its ? node : null, its ? null : node, halted);
  }

  /** As it was at the end; before that as it is. */
  public NodeState state() {
    if (kept.end() != null) {
      return kept.end().state();
    }
    if (node != null) {
      return node.state();
    }
    if (convergedAt() != null) {
      return NodeState.CONVERGED;
    }
    return kept.leftAt() == null ? NodeState.WAITING : NodeState.HELD;
  }

  /** One line: why it is in that state. */
  public String reason() {
    if (kept.end() != null) {
      return kept.end().reason();
    }
    if (node != null) {
      return node.reason();
    }
    if (convergedAt() != null) {
      return "ran it from " + convergedAt() + "; " + away();
    }
    return kept.leftAt() == null ? "published" : away() + ", before it ran this";
  }

  private String away() {
    if (elsewhere == null) {
      return kept.leftAt() == null ? "told in a moment" : "was removed";
    }
    Suspension suspension = elsewhere.suspension();
    if (suspension != null) {
      return "is suspended by " + suspension.owner() + ": " + suspension.reason();
    }
    PinTable.StoredPin pin = elsewhere.pin();
    return pin == null
        ? "follows " + elsewhere.settings().ref() + " now"
        : "pinned to " + pin.ref() + " by " + pin.owner() + ": " + pin.reason();
  }

  /** When it first ran the commit. */
  public @Nullable Instant convergedAt() {
    return kept.convergedAt() != null || node == null ? kept.convergedAt() : node.convergedAt();
  }

  /**
   * Whether it counts as converged in how the deployment ends: it ran the commit, and has not
   * failed on it since. It may be away or on its way again by now; that is its present state.
   */
  boolean converged() {
    if (kept.end() != null || node == null) {
      return state() == NodeState.CONVERGED;
    }
    return switch (node.state()) {
      case CONVERGED -> true;
      case FAILED, ROLLED_BACK -> false;
      case NEVER_SEEN, OFFLINE, APPLYING, HELD, WAITING ->
          convergedAt() != null && !node.failedOnIt();
    };
  }

  /** How it is kept when the deployment ends. */
  MemberEnd end() {
    return converged() && state() != NodeState.CONVERGED
        ? new MemberEnd(NodeState.CONVERGED, "ran it from " + convergedAt())
        : new MemberEnd(state(), reason());
  }

  /** How it is kept when a newer one supersedes the deployment: what it had come to until then. */
  MemberEnd superseded() {
    MemberEnd end = end();
    return switch (end.state()) {
      case CONVERGED, FAILED, ROLLED_BACK, HELD -> end;
      case NEVER_SEEN, OFFLINE, APPLYING, WAITING ->
          node != null && node.failedOnIt()
              ? new MemberEnd(NodeState.FAILED, "failed on it, and has not run it since")
              : new MemberEnd(NodeState.WAITING, "superseded before it converged");
    };
  }

  /** As what it counts in how the deployment ended; one that came later does once it ran it. */
  public Optional<NodeState> outcome() {
    if (deployment.ending() == null || kept.end() != null) {
      return Optional.of(end().state());
    }
    return convergedAt() == null ? Optional.empty() : Optional.of(NodeState.CONVERGED);
  }

  /** Whether it can be reached and is not done. */
  boolean onTheWay() {
    if (done()) {
      return false;
    }
    if (node == null) {
      return kept.leftAt() == null;
    }
    boolean stopped = halted && node.decision().withheld() != null;
    return node.reachable() && !node.settled() && !stopped;
  }

  /**
   * Whether the deployment need not be open for it any more. For one that is held, pinned or away
   * before it ran the commit, it stays open: that ends some time, and then it goes on.
   */
  boolean done() {
    if (node != null) {
      boolean failed = node.state() == NodeState.FAILED || node.state() == NodeState.ROLLED_BACK;
      return converged() || (failed && node.settled());
    }
    boolean pinned = elsewhere != null && elsewhere.pin() != null;
    return kept.leftAt() != null && (convergedAt() != null || !pinned);
  }

  /** When it was done; null while it is not. */
  @Nullable Instant doneAt() {
    if (converged()) {
      return convergedAt();
    }
    return node == null ? kept.leftAt() : node.standing().since();
  }
}

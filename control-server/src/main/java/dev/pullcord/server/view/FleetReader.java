package dev.pullcord.server.view;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.FreezeView;
import dev.pullcord.protocol.api.HistoryView;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.OpenGateView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.api.RolloutView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.manifest.node.Window;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.UnderWay;
import dev.pullcord.server.fleet.FleetChange;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything that people are shown of the fleet. Answers are consistent within themselves: the
 * states of one answer add up.
 */
public interface FleetReader {
  /** The fleet in numbers. */
  Fleet summary();

  /** One node. */
  Optional<NodeView> node(NodeName name);

  /** The workers that a node said it has; empty when it has not said. */
  default Optional<Set<String>> workers(NodeName name) {
    return node(name)
        .filter(n -> n.appliedCommit() != null || !n.workers().isEmpty())
        .map(n -> n.workers().keySet());
  }

  /** What keeps a node from a newer commit; empty when nothing does. */
  default Optional<NodeHold> hold(NodeName name) {
    return Optional.empty();
  }

  /**
   * Nodes in order of name.
   *
   * @param states only these; empty for all
   * @param after names after this one; null from the start
   * @param limit at most so many
   */
  List<NodeView> nodes(
      Selector selector, Set<NodeState> states, @Nullable NodeName after, int limit);

  /** One deployment with its members. */
  Optional<DeploymentView> deployment(long id);

  /**
   * Deployments without members, newest first.
   *
   * @param ref only of this ref; null for all
   * @param before ids below this one
   * @param limit at most so many
   */
  List<DeploymentView> deployments(@Nullable String ref, long before, int limit);

  /** How the newest deployment of each branch spreads, in order of branch. */
  default List<RolloutView> rollouts() {
    return List.of();
  }

  /** How a deployment spreads, or spread; empty when there is none, or it is too old for that. */
  default Optional<RolloutView> rollout(long deployment) {
    return rollouts().stream().filter(r -> r.deployment() == deployment).findFirst();
  }

  /** The branches that there are, and those that some node follows. */
  Set<String> branches();

  /** What a node did for a deployment; empty when there is no such deployment or node in it. */
  Optional<DeploymentView.Transcript> transcript(long deployment, NodeName node);

  /** What a node did last, for whichever deployment, in the order it was done. */
  List<Done> lastSteps(NodeName node, int limit);

  /**
   * A step that has ended.
   *
   * @param deployment that it was done for; null when it was for none
   */
  record Done(@Nullable Long deployment, StepRecord step) {}

  /**
   * What ran on a node, and why; empty when there is no such node.
   *
   * @param at what ran then; null for the newest
   * @param limit at most so many
   */
  Optional<HistoryView> history(NodeName node, @Nullable Instant at, int limit);

  /** The step that a node is in, as of now; empty when it is in none that lasts. */
  Optional<UnderWay> underWay(NodeName node);

  /** Pins in force, in order of node. */
  List<PinView> pins();

  /** Freezes in force, in order of branch and selector. */
  default List<FreezeView> freezes() {
    return List.of();
  }

  /**
   * The nodes on which nothing new may begin now, and why, as if these were the windows of what was
   * pushed last to their branches.
   */
  default Map<NodeName, String> held(List<Window> windows) {
    return Map.of();
  }

  /** Gates that are open, in order of branch. */
  default List<OpenGateView> gates() {
    return List.of();
  }

  /**
   * Calls the listener after every change that any of the answers above could show, on a thread of
   * the fleet's; it must return at once. Closing the subscription ends it.
   */
  FleetChange.Subscription subscribe(Consumer<FleetChange> listener);
}

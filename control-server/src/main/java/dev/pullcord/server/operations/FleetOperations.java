package dev.pullcord.server.operations;

import dev.pullcord.protocol.api.Invitation;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.api.Requests;
import dev.pullcord.protocol.api.RolloutAct;
import dev.pullcord.protocol.api.RolloutView;
import dev.pullcord.protocol.api.SuspensionView;
import dev.pullcord.protocol.api.WorkerAct;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import org.jspecify.annotations.Nullable;

/**
 * Takes what people order about nodes and rollouts. When a method returns, its change is on disk,
 * and the nodes that it concerns are woken. If the answer is no, it throws a {@link Refusal}.
 * {@link Operations} hands each order to the class of its subject; pages are tested with one in
 * memory.
 */
public interface FleetOperations {
  /** Pins a node; a pin of it that exists is replaced. */
  PinView pin(Principal who, NodeName node, PinView.Request request);

  /** What {@link #pin} would do, without doing it. */
  PinView foresee(Principal who, NodeName node, PinView.Request request);

  /** Ends a pin. */
  void unpin(Principal who, NodeName node);

  /** Lets a node try again what it has quarantined. */
  NodeView retry(Principal who, NodeName node);

  /**
   * Asks something of one of a node's workers.
   *
   * @param reason why; null when there is nothing to say
   */
  NodeView order(
      Principal who, NodeName node, String worker, WorkerAct act, @Nullable String reason);

  /** Takes a node out of every count, and out of what is waited for, for a while. */
  NodeView suspend(Principal who, NodeName node, SuspensionView.Request request);

  /** Ends that. */
  void resumeNode(Principal who, NodeName node);

  /** Kills a generation that works or drains, at once and without asking it. */
  NodeView kill(Principal who, NodeName node, long generation, @Nullable String reason);

  /**
   * Pauses, resumes or promotes the rollout of a branch.
   *
   * @param request why, to be given with a pause, and the commit that it is about
   */
  RolloutView steer(Principal who, String ref, RolloutAct act, RolloutView.Request request);

  /** Makes a node follow another branch. */
  NodeView follow(Principal who, NodeName node, String ref);

  /** Sets some of a node's labels and removes others. */
  NodeView label(Principal who, NodeName node, Requests.Labels change);

  /** Removes a node for good and cuts it off; its name can be given anew. */
  void remove(Principal who, NodeName node);

  /** Makes a join token. */
  Invitation invite(Principal who, Invitation.Request request);
}

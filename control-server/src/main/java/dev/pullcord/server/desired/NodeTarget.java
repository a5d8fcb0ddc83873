package dev.pullcord.server.desired;

import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.desired.Pin;
import dev.pullcord.protocol.desired.Withheld;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.rollout.RefRollout;
import dev.pullcord.server.store.DeploymentTable.StoredDeployment;
import dev.pullcord.server.store.PinTable.StoredPin;
import dev.pullcord.server.store.RefTable.BranchHead;
import dev.pullcord.server.store.StoredNode;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one rule for what a node is to run: what it is pinned to, else the head of the branch that it
 * follows, unless that is withheld from it. A pure function of rows of the store; whatever is to
 * steer nodes is decided here.
 *
 * @param ref the branch, or what the node is pinned to, as it was asked for
 * @param commit null while nothing was pushed to the branch
 * @param deployment that brings the commit; null where none does
 * @param pin with its owner, reason and end, and what comes after it; null while there is none
 * @param withheld the newer commit that it is not given yet, and why; null while there is none
 * @param stage the commit that it is to get ready; null for none
 * @param gate of whom it tries a commit that its branch is not at; null for none
 * @param note what people are to be told beside the commit; null for nothing
 */
record NodeTarget(
    String ref,
    @Nullable CommitId commit,
    @Nullable Long deployment,
    @Nullable Pin pin,
    @Nullable Withheld withheld,
    @Nullable CommitId stage,
    @Nullable String gate,
    @Nullable String note) {

  /** One of which nothing more is to be told. */
  NodeTarget(
      String ref,
      @Nullable CommitId commit,
      @Nullable Long deployment,
      @Nullable Pin pin,
      @Nullable Withheld withheld,
      @Nullable CommitId stage,
      @Nullable String gate) {
    this(ref, commit, deployment, pin, withheld, stage, gate, null);
  }

  /** One with nothing to get ready. */
  NodeTarget(
      String ref,
      @Nullable CommitId commit,
      @Nullable Long deployment,
      @Nullable Pin pin,
      @Nullable Withheld withheld) {
    this(ref, commit, deployment, pin, withheld, null, null);
  }

  /**
   * What branches lead to.
   *
   * @param heads by branch
   * @param newest the newest deployment, by branch
   */
  record Branches(Map<String, BranchHead> heads, Map<String, StoredDeployment> newest) {
    @Nullable CommitId commit(String branch) {
      BranchHead head = heads.get(branch);
      return head == null ? null : head.commit();
    }

    /** From what, by whom and why the branch is rolled back; null while it is not. */
    @Nullable String rollback(@Nullable String branch) {
      BranchHead head = branch == null ? null : heads.get(branch);
      return head == null || head.rollback() == null || head.before() == null
          ? null
          : "rolled back from %s by %s: %s"
              .formatted(head.before().abbreviated(), head.pushedBy(), head.rollback());
    }

    /** The deployment that brings the branch's head; an older one does not count. */
    @Nullable Long deployment(String branch) {
      StoredDeployment deployment = newest.get(branch);
      return deployment != null && deployment.commit().equals(commit(branch))
          ? deployment.id()
          : null;
    }
  }

  /** What the node is to run by the rows that concern it. */
  static NodeTarget of(
      StoredNode node, @Nullable StoredPin pin, Branches branches, Steering steering) {
    NodeTarget free = free(node, pin, branches, steering);
    return new HeldTarget(node, pin, branches, steering)
        .of(free)
        .noting(branches.rollback(NodeRecord.branch(node, pin)));
  }

  private NodeTarget noting(@Nullable String words) {
    return new NodeTarget(ref, commit, deployment, pin, withheld, stage, gate, words);
  }

  /** The same when nothing is frozen and every window is open. */
  private static NodeTarget free(
      StoredNode node, @Nullable StoredPin pin, Branches branches, Steering steering) {
    if (pin == null) {
      DesiredState last = node.decision();
      CommitId told = last == null ? null : last.commit();
      return tried(node, branches, steering)
          .orElseGet(() -> followed(node, told, branches, steering));
    }
    CommitId commit =
        pin.branch()
            ? Objects.requireNonNullElse(branches.commit(pin.ref()), pin.commit())
            : pin.commit();
    NodeTarget own = followed(node, commit, branches, steering);
    Pin.After after = new Pin.After(own.ref, own.commit, own.deployment);
    Pin shown = new Pin(pin.ref(), pin.owner(), pin.reason(), pin.expiresAt(), after);
    Long deployment = pin.branch() ? branches.deployment(pin.ref()) : null;
    return new NodeTarget(pin.ref(), commit, deployment, shown, null);
  }

  /** What a canary of an open gate runs, before its branch is there. */
  private static Optional<NodeTarget> tried(StoredNode node, Branches branches, Steering steering) {
    String branch = node.settings().ref();
    return Optional.ofNullable(steering.gate(branch, branches.commit(branch), node.name()))
        .map(gate -> new NodeTarget(branch, gate.candidate(), null, null, null, null, gate.text()));
  }

  /**
   * What the branch that the node follows brings it.
   *
   * @param told what it was told last, or is told by its pin
   */
  private static NodeTarget followed(
      StoredNode node, @Nullable CommitId told, Branches branches, Steering steering) {
    String branch = node.settings().ref();
    CommitId head = branches.commit(branch);
    Long deployment = branches.deployment(branch);
    RefRollout rollout = steering.rollout(branch, deployment);
    return rollout == null
        ? new NodeTarget(branch, head, deployment, null, null)
        : inTurn(node.name().value(), told, rollout);
  }

  /**
   * A node whose turn has not come runs what it ran before. One that ran nothing before, and was
   * given the commit, keeps it: there is nothing to go back to. So does one that was told to run it
   * out of turn, by a gate or a pin, unless all go back.
   */
  private static NodeTarget inTurn(String node, @Nullable CommitId told, RefRollout rollout) {
    CommitId origin = rollout.origin(node);
    boolean given = rollout.isGiven(node);
    boolean keeps = rollout.commit().equals(told) && !rollout.progress().goesBack();
    Optional<String> whyNot = rollout.whyNot(node);
    if (whyNot.isEmpty() || keeps || rollout.commit().equals(origin) || (given && origin == null)) {
      return new NodeTarget(rollout.ref(), rollout.commit(), rollout.deployment(), null, null);
    }
    Withheld withheld =
        new Withheld(
            Withheld.Kind.WAITING,
            whyNot.get(),
            rollout.commit(),
            rollout.ref(),
            rollout.deployment(),
            null);
    CommitId stage = rollout.isToBeReady(node) ? rollout.commit() : null;
    return new NodeTarget(rollout.ref(), origin, rollout.deployment(), null, withheld, stage, null);
  }

  /**
   * By whom and when a decision is made.
   *
   * @param repository the repository's name
   * @param revision its number
   * @param incarnation of the server
   * @param at when
   */
  record Stamp(String repository, long revision, String incarnation, Instant at) {}

  /** The decision that has this target for a node. */
  DesiredState decision(StoredNode node, Stamp stamp) {
    return new DesiredState(
        stamp.revision(),
        node.name(),
        stamp.repository(),
        ref,
        commit,
        deployment,
        pin,
        node.settings().retry(),
        stamp.at(),
        node.settings().labels(),
        node.settings().orders(),
        stamp.incarnation(),
        withheld,
        stage,
        gate,
        note);
  }
}

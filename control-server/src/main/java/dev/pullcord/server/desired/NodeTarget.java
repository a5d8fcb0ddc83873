package dev.pullcord.server.desired;

import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.desired.Pin;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.store.DeploymentTable.StoredDeployment;
import dev.pullcord.server.store.PinTable.StoredPin;
import dev.pullcord.server.store.RefTable.BranchHead;
import dev.pullcord.server.store.StoredNode;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The one rule for what a node is to run: what it is pinned to, else the head of the branch that it
 * follows. A pure function of rows of the store; whatever else is to steer nodes is decided here.
 *
 * @param ref the branch, or what the node is pinned to, as it was asked for
 * @param commit null while nothing was pushed to the branch
 * @param deployment that brings the commit; null where none does
 * @param pin with its owner, reason and end, and what comes after it; null while there is none
 */
record NodeTarget(
    String ref, @Nullable CommitId commit, @Nullable Long deployment, @Nullable Pin pin) {

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

    /** The deployment that brings the branch's head; an older one does not count. */
    @Nullable Long deployment(String branch) {
      StoredDeployment deployment = newest.get(branch);
      return deployment != null && deployment.commit().equals(commit(branch))
          ? deployment.id()
          : null;
    }
  }

  static NodeTarget of(String followed, @Nullable StoredPin pin, Branches branches) {
    CommitId head = branches.commit(followed);
    Long deployment = branches.deployment(followed);
    if (pin == null) {
      return new NodeTarget(followed, head, deployment, null);
    }
    Pin.After after = new Pin.After(followed, head, deployment);
    Pin shown = new Pin(pin.ref(), pin.owner(), pin.reason(), pin.expiresAt(), after);
    return pin.branch()
        ? new NodeTarget(
            pin.ref(),
            Objects.requireNonNullElse(branches.commit(pin.ref()), pin.commit()),
            branches.deployment(pin.ref()),
            shown)
        : new NodeTarget(pin.ref(), pin.commit(), null, shown);
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
        stamp.incarnation());
  }
}

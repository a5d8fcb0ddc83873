package dev.pullcord.server.desired;

import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.desired.Pin;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.store.DeploymentTable;
import dev.pullcord.server.store.NodeTable;
import dev.pullcord.server.store.PinTable;
import dev.pullcord.server.store.RefTable;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Works out what one node is to run, from its ref and its pin; a pure function. */
final class DesiredStateResolver {
  private DesiredStateResolver() {}

  /**
   * What a branch asks for.
   *
   * @param heads by branch
   * @param newest the newest deployment, by branch
   */
  record Branches(Map<String, RefTable.Row> heads, Map<String, DeploymentTable.Row> newest) {
    @Nullable CommitId commit(String branch) {
      RefTable.Row head = heads.get(branch);
      return head == null ? null : head.commit();
    }

    /** The deployment that brings the branch's head; an older one does not count. */
    @Nullable Long deployment(String branch) {
      DeploymentTable.Row deployment = newest.get(branch);
      return deployment != null && deployment.commit().equals(commit(branch))
          ? deployment.id()
          : null;
    }
  }

  static DesiredState resolve(
      String repository,
      NodeTable.Row node,
      PinTable.@Nullable Row pin,
      Branches branches,
      long revision,
      String incarnation,
      Instant now) {
    if (pin == null) {
      return new DesiredState(
          revision,
          node.name(),
          repository,
          node.ref(),
          branches.commit(node.ref()),
          branches.deployment(node.ref()),
          null,
          node.retry(),
          now,
          node.labels(),
          node.orders(),
          incarnation);
    }
    Pin.After after =
        new Pin.After(node.ref(), branches.commit(node.ref()), branches.deployment(node.ref()));
    CommitId head = pin.branch() ? branches.commit(pin.ref()) : null;
    return new DesiredState(
        revision,
        node.name(),
        repository,
        pin.ref(),
        head == null ? pin.commit() : head,
        pin.branch() ? branches.deployment(pin.ref()) : null,
        new Pin(pin.ref(), pin.owner(), pin.reason(), pin.expiresAt(), after),
        node.retry(),
        now,
        node.labels(),
        node.orders(),
        incarnation);
  }

  /** Whether two decisions are the same but for the revision and the time they were made. */
  static boolean same(@Nullable DesiredState a, DesiredState b) {
    return a != null && a.as(b.revision(), b.incarnation(), b.serverTime()).equals(b);
  }
}

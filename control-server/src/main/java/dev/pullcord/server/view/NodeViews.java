package dev.pullcord.server.view;

import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.api.SuspensionView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.PinStatus;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.store.NodeContact;
import dev.pullcord.server.store.PinTable;
import dev.pullcord.server.store.RefTable;
import dev.pullcord.server.store.Suspension;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the views of a node and of its pin. */
final class NodeViews {
  private NodeViews() {}

  /**
   * A node.
   *
   * @param hold what keeps it from a newer commit
   * @param lost how its rollout takes its silence; empty where that is nothing to it
   */
  static NodeView of(NodeRecord node, Optional<NodeHold> hold, String lost) {
    NodeStatus status = node.said() == null ? null : node.said().status();
    return new NodeView(
        node.name(),
        node.state(),
        node.reason(),
        node.standing().since(),
        node.retryAt(),
        node.settings().ref(),
        pin(node.pin()),
        node.decision().commit(),
        node.decision().deployment(),
        status == null ? null : status.appliedCommit(),
        status == null ? Map.of() : status.workers(),
        status == null ? Map.of() : status.trees(),
        node.draining(),
        node.settings().labels(),
        node.row().agent().version(),
        node.lastSeen(),
        StateExplanation.of(node, hold, lost),
        node.drift(),
        node.settings().orders().stopped(),
        contact(node),
        suspension(node.suspension()),
        null);
  }

  /** The same with its host, which lists leave out. */
  static NodeView whole(NodeRecord node, Optional<NodeHold> hold, String lost) {
    NodeContact contact = node.contact();
    NodeContact.Speaker speaker = contact.session();
    return speaker == null && contact.facts() == null
        ? of(node, hold, lost)
        : of(node, hold, lost)
            .on(
                new NodeView.Host(
                    speaker == null ? null : speaker.host(),
                    speaker == null ? null : speaker.address(),
                    contact.facts(),
                    contact.clockAhead()));
  }

  private static @Nullable SuspensionView suspension(@Nullable Suspension it) {
    return it == null
        ? null
        : new SuspensionView(it.owner(), it.reason(), it.createdAt(), it.expiresAt());
  }

  private static NodeView.@Nullable Contact contact(NodeRecord node) {
    NodeContact contact = node.contact();
    return node.lostSince() == null && contact.stoppedAt() == null && contact.alarm() == null
        ? null
        : new NodeView.Contact(node.lostSince(), contact.stoppedAt(), contact.alarm());
  }

  private static @Nullable PinStatus pin(PinTable.@Nullable StoredPin pin) {
    return pin == null
        ? null
        : new PinStatus(pin.ref(), pin.owner(), pin.reason(), pin.expiresAt());
  }

  static PinView pin(
      NodeRecord node, PinTable.StoredPin pin, Map<String, RefTable.BranchHead> heads) {
    RefTable.BranchHead head = pin.branch() ? heads.get(pin.ref()) : null;
    CommitId commit = head == null ? pin.commit() : head.commit();
    return new PinView(
        node.name(),
        pin.ref(),
        commit,
        pin.owner(),
        pin.reason(),
        pin.createdAt(),
        pin.expiresAt(),
        pin.evenFrozen());
  }
}

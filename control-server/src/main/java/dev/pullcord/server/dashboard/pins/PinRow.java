package dev.pullcord.server.dashboard.pins;

import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.dashboard.Moment;
import dev.pullcord.server.dashboard.StateSign;
import org.jspecify.annotations.Nullable;

/**
 * A pin beside what its node does about it.
 *
 * @param kind what the ref is now: {@code branch}, {@code tag}, {@code commit} or {@code gone}
 * @param subject of the pin's commit; empty where it is not known
 * @param home what the node's own branch has; null while nothing was pushed there
 * @param homeSubject of that commit
 */
record PinRow(
    PinView pin,
    NodeView node,
    String kind,
    String subject,
    @Nullable CommitId home,
    String homeSubject) {

  String name() {
    return pin.node().value();
  }

  StateSign sign() {
    return StateSign.of(node.state());
  }

  /** Whether the node runs what the pin asks for. */
  boolean arrived() {
    return pin.commit().equals(node.appliedCommit());
  }

  /** Whether the end of the pin changes nothing on disk. */
  boolean homeAlready() {
    return home != null && home.equals(node.appliedCommit());
  }

  Moment since() {
    return new Moment(pin.createdAt());
  }

  Moment ends() {
    return new Moment(pin.expiresAt());
  }
}

package dev.pullcord.server.desired;

import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.desired.Pin;
import dev.pullcord.protocol.desired.Withheld;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.hold.Hold;
import dev.pullcord.server.hold.HoldSubject;
import dev.pullcord.server.store.GateTable;
import dev.pullcord.server.store.PinTable.StoredPin;
import dev.pullcord.server.store.StoredNode;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a node on what it was told last while freezes and windows let nothing new come. Two things
 * come all the same: a pin that was made for it, and the way back, be it a rollback or a rollout
 * that gives nodes what they ran before.
 */
record HeldTarget(
    StoredNode node, @Nullable StoredPin pin, NodeTarget.Branches branches, Steering steering) {

  NodeTarget of(NodeTarget free) {
    if (free.commit() == null && free.withheld() == null) {
      return free; // nothing was pushed yet
    }
    CommitId stays = stays(free);
    boolean nothingNew = Objects.equals(free.commit(), stays) && free.withheld() == null;
    Optional<Hold> hold = isExempt() || nothingNew ? Optional.empty() : holdAt(steering.at());
    NodeTarget target = hold.map(h -> held(free, stays, h)).orElse(free);
    return withPin(target, free.pin());
  }

  /**
   * What the node was told last. A canary does not stay on a candidate when its gate is over: to go
   * back to what its branch was at before is nothing new, and what was pushed meanwhile is.
   */
  private @Nullable CommitId stays(NodeTarget free) {
    DesiredState last = node.decision();
    CommitId told = last == null ? null : last.commit();
    if (!leavesGate(free) || Objects.equals(free.commit(), told)) {
      return told;
    }
    GateTable.Gate over = last == null ? null : steering.gates().get(last.ref());
    return over == null || over.before() == null ? free.commit() : over.before();
  }

  private boolean leavesGate(NodeTarget free) {
    DesiredState last = node.decision();
    return last != null && last.gate() != null && free.gate() == null;
  }

  private boolean leavesGateOfBranch(NodeTarget free) {
    DesiredState last = node.decision();
    return leavesGate(free) && last != null && last.ref().equals(free.ref());
  }

  private boolean isExempt() {
    if (pin == null) {
      return branches.rollback(node.settings().ref()) != null;
    }
    return pin.evenFrozen() || (pin.branch() && branches.rollback(pin.ref()) != null);
  }

  private Optional<Hold> holdAt(Instant at) {
    String pinned = pin == null || !pin.branch() ? null : pin.ref();
    return steering
        .holds()
        .of(new HoldSubject(node.settings().ref(), pinned, node.settings().labels()), at);
  }

  private NodeTarget held(NodeTarget free, @Nullable CommitId stays, Hold hold) {
    Withheld other = free.withheld();
    if (other != null) {
      // Its turn in the rollout has not come either, and only the server knows when it does.
      Withheld withheld =
          new Withheld(
              Withheld.Kind.HELD,
              hold.reason(),
              other.commit(),
              other.ref(),
              other.deployment(),
              null);
      // Who was given what is withheld now goes back from it. So does a canary from its candidate:
      // what its branch was at perhaps never reached it. To the rest, what others ran is new.
      boolean goesBack = Objects.equals(stays, other.commit()) || leavesGateOfBranch(free);
      CommitId keeps = goesBack ? free.commit() : stays;
      return new NodeTarget(free.ref(), keeps, free.deployment(), free.pin(), withheld);
    }
    Withheld withheld =
        new Withheld(
            Withheld.Kind.HELD,
            hold.reason(),
            free.commit(),
            free.ref(),
            free.deployment(),
            hold.until());
    return new NodeTarget(free.ref(), stays, free.deployment(), free.pin(), withheld);
  }

  /** A pin that ends while nothing new may come leaves the node where it is. */
  private NodeTarget withPin(NodeTarget target, @Nullable Pin shown) {
    if (shown == null || holdAt(shown.expiresAt()).isEmpty()) {
      return target;
    }
    Pin.After stays =
        new Pin.After(shown.after().ref(), target.commit(), shown.after().deployment());
    Pin pinned = new Pin(shown.ref(), shown.owner(), shown.reason(), shown.expiresAt(), stays);
    return new NodeTarget(
        target.ref(),
        target.commit(),
        target.deployment(),
        pinned,
        target.withheld(),
        target.stage(),
        target.gate());
  }
}

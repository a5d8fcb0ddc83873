package dev.pullcord.server.view;

import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.desired.Withheld;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.unit.ShellWord;
import dev.pullcord.server.fleet.FleetSnapshot;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.hold.FreezeText;
import dev.pullcord.server.hold.Hold;
import dev.pullcord.server.hold.HoldRules;
import dev.pullcord.server.store.FreezeTable.StoredFreeze;
import java.time.Instant;
import java.util.Optional;

/**
 * Names what holds a node. Whether it is held was decided where its target was; the rules of
 * freezes and windows, which decided it, say here by what.
 */
final class NodeHolds {
  private final HoldRules rules;
  private final Instant now;

  NodeHolds(FleetSnapshot fleet, Instant now) {
    rules = new HoldRules(fleet.holds().freezes(), fleet.heads().values());
    this.now = now;
  }

  Optional<NodeHold> of(NodeRecord node) {
    DesiredState decision = node.decision();
    if (decision.gate() != null) {
      String way = "To end the gate: pullcord gates --end " + ShellWord.of(decision.ref()) + ".";
      return Optional.of(
          new NodeHold(NodeHold.Kind.GATE, decision.ref(), "", null, decision.commit(), way));
    }
    Withheld withheld = decision.withheld();
    if (withheld == null) {
      return Optional.empty();
    }
    return switch (withheld.kind()) {
      case WAITING -> Optional.of(rollout(withheld));
      case HELD -> rules.of(HoldViews.subject(node), now).map(hold -> held(node, withheld, hold));
    };
  }

  private static NodeHold rollout(Withheld withheld) {
    String ref = withheld.ref();
    String command = ShellWord.of(ref);
    String way =
        Withheld.isHalted(withheld.reason())
            ? "Push a mended commit; how to go on all the same says pullcord rollout "
                + command
                + "."
            : "How far the others are: pullcord rollout " + command + ".";
    return new NodeHold(
        NodeHold.Kind.ROLLOUT, ref, "", withheld.deployment(), withheld.commit(), way);
  }

  private static NodeHold held(NodeRecord node, Withheld withheld, Hold hold) {
    StoredFreeze freeze = hold.freeze();
    CommitId commit = withheld.commit();
    if (freeze == null) {
      String what = commit == null ? withheld.ref() : commit.abbreviated();
      String way =
          "To run %s before: pullcord pin %s %s --even-frozen --for 2h --reason 'why'."
              .formatted(what, node.name(), ShellWord.of(what));
      return new NodeHold(
          NodeHold.Kind.WINDOW, withheld.ref(), "", withheld.deployment(), commit, way);
    }
    return new NodeHold(
        NodeHold.Kind.FREEZE,
        freeze.ref(),
        freeze.selector(),
        withheld.deployment(),
        commit,
        "To end the freeze now: " + FreezeText.thaw(freeze) + ".");
  }
}

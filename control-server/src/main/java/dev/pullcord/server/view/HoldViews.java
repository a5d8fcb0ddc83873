package dev.pullcord.server.view;

import dev.pullcord.protocol.api.FreezeView;
import dev.pullcord.protocol.api.OpenGateView;
import dev.pullcord.protocol.api.RollbackView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.manifest.node.Window;
import dev.pullcord.server.fleet.FleetSnapshot;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.hold.FreezeText;
import dev.pullcord.server.hold.HoldRules;
import dev.pullcord.server.hold.HoldSubject;
import dev.pullcord.server.store.DeploymentTable.StoredDeployment;
import dev.pullcord.server.store.FreezeTable.StoredFreeze;
import dev.pullcord.server.store.GateTable.Gate;
import dev.pullcord.server.store.PinTable.StoredPin;
import dev.pullcord.server.store.RefTable.BranchHead;
import dev.pullcord.server.store.RollbackTable.StoredRollback;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes the views of freezes, rollbacks and open gates. */
public final class HoldViews {
  private HoldViews() {}

  /**
   * A freeze.
   *
   * @param at when it is shown
   */
  public static FreezeView of(StoredFreeze freeze, Instant at) {
    return new FreezeView(
        freeze.ref().isEmpty() ? null : freeze.ref(),
        freeze.selector().isEmpty() ? null : freeze.selector(),
        freeze.owner(),
        freeze.reason(),
        freeze.createdAt(),
        freeze.expiresAt(),
        freeze.outside() == null ? null : freeze.outside().text(),
        FreezeText.of(freeze, at));
  }

  /**
   * A rollback.
   *
   * @param newest the newest deployment of its branch; null when there is none
   */
  public static RollbackView of(StoredRollback rollback, @Nullable StoredDeployment newest) {
    return new RollbackView(
        rollback.ref(),
        rollback.commit(),
        rollback.from(),
        rollback.owner(),
        rollback.reason(),
        rollback.createdAt(),
        rollback.until(),
        newest != null && newest.commit().equals(rollback.commit()) ? newest.id() : null);
  }

  /** Why nothing new may begin on nodes, if the heads of their branches had these windows. */
  static Map<NodeName, String> held(FleetSnapshot fleet, List<Window> windows, Instant at) {
    List<BranchHead> heads = fleet.heads().values().stream().map(h -> h.with(windows)).toList();
    HoldRules rules = new HoldRules(fleet.holds().freezes(), heads);
    Map<NodeName, String> held = new TreeMap<>(Comparator.comparing(NodeName::value));
    for (NodeRecord node : fleet.nodes().values()) {
      StoredPin pin = node.pin();
      if (pin == null || !pin.evenFrozen()) {
        rules.of(subject(node), at).ifPresent(hold -> held.put(node.name(), hold.reason()));
      }
    }
    return held;
  }

  /** A node, as freezes and windows choose it. */
  static HoldSubject subject(NodeRecord node) {
    StoredPin pin = node.pin();
    return new HoldSubject(
        node.settings().ref(),
        pin == null || !pin.branch() ? null : pin.ref(),
        node.settings().labels());
  }

  /** A gate, with its canaries as they are now; one that was removed is left out. */
  static OpenGateView of(Gate gate, FleetSnapshot fleet) {
    return new OpenGateView(
        gate.ref(),
        gate.before(),
        gate.candidate(),
        gate.owner(),
        gate.openedAt(),
        gate.canaries().stream()
            .flatMap(name -> Stream.ofNullable(fleet.nodes().get(name)))
            .map(node -> new OpenGateView.Canary(node.name(), node.state(), node.reason()))
            .toList());
  }
}

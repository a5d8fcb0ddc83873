package dev.pullcord.server.operations.hold;

import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.unit.NameList;
import dev.pullcord.protocol.unit.NaturalOrder;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.hold.FreezeText;
import dev.pullcord.server.hold.Hold;
import dev.pullcord.server.hold.HoldRules;
import dev.pullcord.server.hold.HoldSubject;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.store.DeploymentTable;
import dev.pullcord.server.store.FreezeTable.StoredFreeze;
import dev.pullcord.server.store.PinTable.StoredPin;
import dev.pullcord.server.store.StoredNode;
import dev.pullcord.server.store.Tables;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a rollback that would carry something new through a freeze or a closed window. It goes
 * through them because it brings nothing new; a commit that no node ran on this branch is new.
 */
final class NewToHeldNodes {
  private NewToHeldNodes() {}

  /**
   * Lets a way back pass.
   *
   * @throws Refusal 409 {@code ROLLBACK_NEW} where it is none to nodes that are held
   */
  static void refuse(Tables tables, String branch, CommitId to, Instant now) {
    HoldRules rules = new HoldRules(tables.freezes().all(), tables.refs().all());
    TreeMap<String, Hold> held = new TreeMap<>(NaturalOrder.OF_NAMES);
    for (StoredNode node : tables.nodes().all()) {
      StoredPin pin = tables.pins().find(node.id()).orElse(null);
      if (branch.equals(NodeRecord.branch(node, pin)) && !isTold(node, to)) {
        rules.of(subject(node, pin), now).ifPresent(hold -> held.put(node.name().value(), hold));
      }
    }
    if (!held.isEmpty() && !ran(tables, branch, to)) {
      throw refusal(branch, to, List.copyOf(held.keySet()), held.firstEntry().getValue());
    }
  }

  private static boolean isTold(StoredNode node, CommitId commit) {
    DesiredState last = node.decision();
    return last != null && commit.equals(last.commit());
  }

  private static HoldSubject subject(StoredNode node, @Nullable StoredPin pin) {
    String pinned = pin == null || !pin.branch() ? null : pin.ref();
    return new HoldSubject(node.settings().ref(), pinned, node.settings().labels());
  }

  /** Whether some node ran it when it was what the branch brings. */
  private static boolean ran(Tables tables, String branch, CommitId commit) {
    DeploymentTable deployments = tables.deployments();
    return deployments.page(branch, Long.MAX_VALUE, RollbackOperations.LOOK_BACK).stream()
        .filter(d -> d.commit().equals(commit))
        .anyMatch(d ->
            d.convergedAt() != null
                || deployments.members(d.id()).stream().anyMatch(m -> m.convergedAt() != null));
  }

  private static Refusal refusal(String branch, CommitId to, List<String> names, Hold hold) {
    StoredFreeze freeze = hold.freeze();
    return new Refusal(
        Refusal.Kind.CONFLICT,
        "ROLLBACK_NEW",
        "no node has run %s on %s yet, and nothing new may begin on %s (%s); name a commit that ran"
                .formatted(to.abbreviated(), branch, NameList.folded(names), hold.reason())
            + (freeze == null
                ? ", or wait until the window opens"
                : ", or end the freeze first: " + FreezeText.thaw(freeze))
            + "; for single nodes: pullcord pin NODE "
            + to.abbreviated()
            + " --even-frozen --for 2h --reason 'why'",
        "to");
  }
}

package dev.pullcord.server.operations.hold;

import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.unit.NameList;
import dev.pullcord.protocol.unit.NaturalOrder;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.hold.FreezeText;
import dev.pullcord.server.hold.Hold;
import dev.pullcord.server.hold.HoldRules;
import dev.pullcord.server.hold.HoldSubject;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.store.DeploymentTable;
import dev.pullcord.server.store.PinTable.StoredPin;
import dev.pullcord.server.store.StoredNode;
import dev.pullcord.server.store.Tables;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
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
    Map<Long, StoredPin> pins = new HashMap<>();
    tables.pins().all().forEach(pin -> pins.put(pin.node(), pin));
    TreeMap<String, List<Hold>> held = new TreeMap<>(NaturalOrder.OF_NAMES);
    for (StoredNode node : tables.nodes().all()) {
      StoredPin pin = pins.get(node.id());
      boolean waits = pin == null || !pin.evenFrozen();
      if (waits && branch.equals(NodeRecord.branch(node, pin)) && !isTold(node, to)) {
        List<Hold> its = rules.all(subject(node, pin), now);
        if (!its.isEmpty()) {
          held.put(node.name().value(), its);
        }
      }
    }
    if (!held.isEmpty() && !ran(tables, branch, to)) {
      throw refusal(branch, to, held);
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

  /** Whether it is known that some node ran it when it was what the branch brings. */
  private static boolean ran(Tables tables, String branch, CommitId commit) {
    DeploymentTable deployments = tables.deployments();
    return deployments.page(branch, Long.MAX_VALUE, RollbackOperations.LOOK_BACK).stream()
        .filter(d -> d.commit().equals(commit))
        .anyMatch(d ->
            d.convergedAt() != null
                || deployments.members(d.id()).stream().anyMatch(m -> m.convergedAt() != null)
                || deployments
                    .counts(List.of(d.id()))
                    .getOrDefault(d.id(), Map.of())
                    .containsKey(NodeState.CONVERGED)); // an old one has counts alone
  }

  private static Refusal refusal(String branch, CommitId to, Map<String, List<Hold>> held) {
    List<Hold> holds = held.values().stream().flatMap(List::stream).toList();
    return new Refusal(
        Refusal.Kind.CONFLICT,
        "ROLLBACK_NEW",
        ("no node is known to have run %s on %s, and nothing new may begin on %s (%s%s); name a"
                + " commit that ran, or %s; for single nodes: pullcord pin NODE %s --even-frozen"
                + " --for 2h --reason 'why'")
            .formatted(
                to.abbreviated(),
                branch,
                NameList.folded(List.copyOf(held.keySet())),
                holds.getFirst().reason(),
                holds.stream().map(Hold::reason).distinct().count() > 1 ? "; and more" : "",
                end(holds),
                to.abbreviated()),
        "to");
  }

  /** What ends all of them: a freeze that is not named would refuse the next try. */
  private static String end(List<Hold> holds) {
    List<String> thaws =
        holds.stream()
            .flatMap(hold -> Stream.ofNullable(hold.freeze()))
            .map(FreezeText::thaw)
            .distinct()
            .toList();
    String wait = "wait until the window opens";
    if (thaws.isEmpty()) {
      return wait;
    }
    return (holds.stream().anyMatch(hold -> hold.freeze() == null) ? wait + " and " : "")
        + (thaws.size() == 1 ? "end the freeze first: " : "end the freezes first: ")
        + String.join(" and ", thaws);
  }
}

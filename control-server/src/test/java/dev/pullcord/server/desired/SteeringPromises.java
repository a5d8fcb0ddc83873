package dev.pullcord.server.desired;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.desired.Pin;
import dev.pullcord.protocol.desired.Withheld;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.server.fleet.FleetSnapshot;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.hold.Hold;
import dev.pullcord.server.hold.HoldRules;
import dev.pullcord.server.hold.HoldSubject;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.rollout.RefRollout;
import dev.pullcord.server.store.PinTable.StoredPin;
import dev.pullcord.server.store.ReportTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What has to be so whatever anybody does, and what was found that is not. */
final class SteeringPromises {
  private static final List<String> WAYS =
      List.of(
          "pullcord ",
          "Push ",
          "by itself",
          "systemctl start",
          "There is nothing to do",
          "Ctrl-C",
          "agent.yaml");

  /** A sentence that goes into the next one, or two full stops. */
  private static final Pattern UNENDED =
      Pattern.compile("  |\\.\\.|[a-zA-Z0-9'] (It is|It has|Contact with)");

  private final SteeringStory story;
  private final List<String> broken = new ArrayList<>();
  private final Map<Long, DesiredState> decided = new HashMap<>();
  private final Map<Long, DeploymentView.Outcome> ended = new HashMap<>();
  private final Map<Long, String> holds = new HashMap<>();

  private final Set<String> ran = new HashSet<>();
  private final RolloutPromises rollouts;

  SteeringPromises(SteeringStory story) {
    this.story = story;
    rollouts = new RolloutPromises(story, this::wrong);
  }

  List<String> broken() {
    return broken;
  }

  void wrong(String what) {
    broken.add(what);
  }

  /** What people and nodes are shown, but for the numbers of decisions. */
  record Shown(Map<String, String> nodes, List<String> rest) {}

  Shown shown() {
    Map<String, String> nodes = new TreeMap<>();
    for (StoryNode node : story.nodes.values()) {
      DesiredState decision = story.fleet.record(node.name).decision();
      NodeView view = story.fleet.view(node.name);
      String decides = decision.as(0, null, Instant.EPOCH).toString();
      nodes.put(
          node.name,
          decides
              + (node.online
                  ? "\n  " + view.state() + " " + view.reason() + " | " + view.why()
                  : ""));
    }
    List<String> rest = new ArrayList<>();
    boolean everyone = story.nodes.values().stream().allMatch(node -> node.online);
    rest.add(story.fleet.views.pins().toString());
    rest.add(story.fleet.views.freezes().toString());
    if (everyone) {
      rest.add(story.fleet.views.summary().refs().toString());
      story.fleet.views.deployments(null, Long.MAX_VALUE, 100).forEach(d -> rest.add(d.toString()));
      story.fleet.views.rollouts().forEach(r -> rest.add(r.toString()));
    }
    return new Shown(nodes, rest);
  }

  /** A refusal has a code and a sentence, and changes nothing. */
  void refused(Refusal refusal, Shown before) {
    if (refusal.code().isBlank()
        || Objects.requireNonNullElse(refusal.getMessage(), "").isBlank()) {
      wrong("a refusal says nothing: " + refusal);
    }
    differs("a refusal " + refusal.code() + " changed something", before, shown());
  }

  /** A server that was started again decides and shows the same. */
  void sameAfterRestart(Shown before) {
    differs("after a restart", before, shown());
  }

  private void differs(String when, Shown before, Shown after) {
    before
        .nodes()
        .forEach((node, was) -> {
          String is = after.nodes().get(node);
          if (!was.equals(is)) {
            wrong(when + ": node " + node + "\n  was " + was + "\n  is " + is);
          }
        });
    for (int i = 0; i < Math.min(before.rest().size(), after.rest().size()); i++) {
      if (!before.rest().get(i).equals(after.rest().get(i))) {
        wrong(when + ":\n  was " + before.rest().get(i) + "\n  is " + after.rest().get(i));
      }
    }
  }

  /** A node has said something: what it runs well on its branch is nothing new there. */
  void heard(String node) {
    notesWhatRan(story.fleet.record(node));
  }

  private void notesWhatRan(NodeRecord node) {
    DesiredState decision = node.decision();
    if (node.state() == NodeState.CONVERGED && decision.deployment() != null) {
      ran.add(decision.ref() + " " + decision.commit());
    }
  }

  /** Whether a node was seen to run it well as what that branch brings. */
  boolean hasRun(@Nullable String branch, CommitId commit) {
    return ran.contains(branch + " " + commit);
  }

  /** A rollback that is given while nodes are held brings these nothing that never ran there. */
  void rolledBack(String branch, CommitId to) {
    story.fleet.model.read(now -> {
      for (NodeRecord node : now.nodes().values()) {
        DesiredState before = decided.get(node.id());
        boolean givenNow =
            branch.equals(node.branch())
                && to.equals(node.decision().commit())
                && (before == null || !to.equals(before.commit()));
        if (givenNow && holds.containsKey(node.id()) && !hasRun(branch, to)) {
          wrong(
              "node %s is %s and a rollback gives it %s, which never ran on %s"
                  .formatted(node.name(), holds.get(node.id()), to.abbreviated(), branch));
        }
      }
      return now.revision();
    });
  }

  /** A rollback is refused as new only if it is. */
  void refusedAsNew(String branch, CommitId commit) {
    if (hasRun(branch, commit)) {
      wrong("a rollback of " + branch + " is refused as new, which ran: " + commit);
    }
  }

  /** An order to a worker is one more, and reaches its node whatever holds that. */
  void ordered(String node) {
    NodeRecord now = story.fleet.record(node);
    DesiredState before = decided.get(now.id());
    Orders told = now.decision().orders();
    long was = before == null ? 0 : before.orders().count();
    if (told.count() != was + 1) {
      wrong("node %s was given an order: it had %d, and has %s".formatted(node, was, told));
    }
    boolean other =
        before != null
            && !(Objects.equals(before.commit(), now.decision().commit())
                && Objects.equals(before.withheld(), now.decision().withheld()));
    if (other) {
      wrong("an order to a worker gives node " + node + " " + now.decision() + " for " + before);
    }
  }

  /** An operator lets a branch's rollout go on, or stops it. */
  void steered(String branch) {
    rollouts.steered(branch);
  }

  /** An operator lets a node try again: the deployment's outcome may become another. */
  void reopened(String node) {
    Long deployment = story.fleet.record(node).decision().deployment();
    if (deployment != null) {
      ended.remove(deployment);
    }
  }

  void look() {
    story.fleet.model.read(now -> {
      HoldRules rules = new HoldRules(now.holds().freezes(), now.heads().values());
      for (NodeRecord node : now.nodes().values()) {
        look(now, node, rules);
      }
      return now.revision();
    });
    story.nodes.keySet().forEach(name -> explained(story.fleet.view(name)));
    counts(story.fleet.views.summary());
    story.fleet.views.deployments(null, Long.MAX_VALUE, 100).forEach(this::outcome);
    rollouts.look();
  }

  private void look(FleetSnapshot now, NodeRecord node, HoldRules rules) {
    DesiredState decision = node.decision();
    StoredPin pin = node.pin();
    String pinned = pin != null && pin.branch() ? pin.ref() : null;
    Optional<Hold> hold =
        rules.of(
            new HoldSubject(node.settings().ref(), pinned, node.settings().labels()),
            story.fleet.clock.instant());
    numbered(node, decided.get(node.id()));
    if (!decision.orders().equals(node.settings().orders())) {
      wrong("node " + node.name() + " is not told its orders: " + decision);
    }
    frozen(now, node, decided.get(node.id()), hold);
    byItself(now, node, rules);
    decides(now, node, hold);
    converged(node);
    notesWhatRan(node);
    decided.put(node.id(), decision);
    hold.ifPresentOrElse(
        found -> holds.put(node.id(), found.reason()), () -> holds.remove(node.id()));
  }

  /** Numbers only grow, and one number is one decision. */
  private void numbered(NodeRecord node, @Nullable DesiredState before) {
    DesiredState now = node.decision();
    if (before == null) {
      return;
    }
    boolean same = before.as(0, null, Instant.EPOCH).equals(now.as(0, null, Instant.EPOCH));
    if (now.revision() < before.revision() || (now.revision() == before.revision() && !same)) {
      wrong("node " + node.name() + " went from " + before + " to " + now);
    }
  }

  /** A frozen node gets nothing newer than it had when the freeze began. */
  private void frozen(
      FleetSnapshot now, NodeRecord node, @Nullable DesiredState before, Optional<Hold> hold) {
    boolean both = hold.isPresent() && (before == null || holds.containsKey(node.id()));
    CommitId commit = node.decision().commit();
    if (!both || commit == null) {
      return;
    }
    StoredPin pin = node.pin();
    boolean goesBack = isRolledBack(now, node.branch());
    CommitId had = before == null ? null : before.commit();
    if (isNewer(commit, had) && !goesBack && (pin == null || !pin.evenFrozen())) {
      wrong(
          "node %s is %s and was given %s, which is newer than %s"
              .formatted(node.name(), hold.get().reason(), commit.abbreviated(), had));
    }
  }

  /** What a node begins by itself, at the end of a pin or a freeze, it may begin then. */
  private void byItself(FleetSnapshot now, NodeRecord node, HoldRules rules) {
    DesiredState decision = node.decision();
    Pin pin = decision.pin();
    String branch = node.settings().ref();
    Map<String, String> labels = node.settings().labels();
    if (pin != null && !isRolledBack(now, branch)) {
      CommitId after = pin.after().commit();
      Optional<Hold> then = rules.of(new HoldSubject(branch, null, labels), pin.expiresAt());
      if (then.isPresent() && after != null && isNewer(after, decision.commit())) {
        wrong(
            "node %s begins %s by itself when its pin ends, and then it is %s"
                .formatted(node.name(), after.abbreviated(), then.get().reason()));
      }
    }
    Withheld withheld = decision.withheld();
    if (withheld != null && withheld.until() != null) {
      StoredPin stored = node.pin();
      String pinned = stored != null && stored.branch() ? stored.ref() : null;
      rules
          .of(new HoldSubject(branch, pinned, labels), withheld.until())
          .ifPresent(then ->
              wrong(
                  "node %s begins %s by itself at %s, and then it is %s"
                      .formatted(node.name(), withheld.commit(), withheld.until(), then.reason())));
    }
  }

  private static boolean isRolledBack(FleetSnapshot now, @Nullable String branch) {
    var head = branch == null ? null : now.heads().get(branch);
    return head != null && head.rollback() != null;
  }

  private static boolean isNewer(CommitId commit, @Nullable CommitId than) {
    return than == null || SteeringStory.number(commit) > SteeringStory.number(than);
  }

  /** What a node is to run follows from what decides it. */
  private void decides(FleetSnapshot now, NodeRecord node, Optional<Hold> hold) {
    DesiredState decision = node.decision();
    Withheld withheld = decision.withheld();
    StoredPin pin = node.pin();
    String branch = node.settings().ref();
    String name = "node " + node.name();
    if ((pin == null) != (decision.pin() == null)) {
      wrong(name + " is pinned to " + pin + ", and was told " + decision);
    }
    if (withheld != null && withheld.kind() == Withheld.Kind.HELD) {
      if (hold.isEmpty() || !withheld.reason().equals(hold.get().reason())) {
        wrong(name + " is held by nothing there is: " + withheld.reason() + ", but " + hold);
      }
      return;
    }
    RefRollout rollout = now.rollouts().get(branch);
    if (withheld != null) {
      boolean its =
          rollout != null
              && pin == null
              && rollout.whyNot(node.name().value()).equals(Optional.of(withheld.reason()));
      if (!its || Objects.equals(decision.commit(), withheld.commit())) {
        wrong(name + " waits for nothing there is: " + decision + " in " + rollout);
      }
      return;
    }
    if (decision.gate() != null) {
      boolean open =
          now.holds().gates().stream()
              .anyMatch(gate ->
                  gate.ref().equals(branch)
                      && gate.canaries().contains(node.name())
                      && gate.candidate().equals(decision.commit()));
      if (!open || pin != null) {
        wrong(name + " tries for a gate that is not there: " + decision);
      }
      return;
    }
    CommitId head = head(now, pin != null && pin.branch() ? pin.ref() : branch);
    CommitId expected = pin == null ? head : pin.branch() && head != null ? head : pin.commit();
    boolean keeps = rollout != null && pin == null && rollout.origin(node.name().value()) == null;
    if (!Objects.equals(expected, decision.commit()) && !keeps) {
      wrong(name + " is to run " + expected + ", and was told " + decision);
    }
    if (rollout != null && pin == null && !mayHave(rollout, node)) {
      wrong(name + " has the commit out of its turn: " + decision + " in " + rollout);
    }
  }

  /** Whether a node was given what a rollout brings, or had it before, or came when it was over. */
  private boolean mayHave(RefRollout rollout, NodeRecord node) {
    String name = node.name().value();
    CommitId commit = node.decision().commit();
    DesiredState before = decided.get(node.id());
    boolean joinedLater = !rollout.progress().members().contains(name);
    return !rollout.commit().equals(commit)
        || rollout.isGiven(name)
        || rollout.commit().equals(rollout.origin(name))
        || (before != null && commit != null && commit.equals(before.commit()))
        || (joinedLater && rollout.isDone());
  }

  private @Nullable CommitId head(FleetSnapshot now, String branch) {
    var head = now.heads().get(branch);
    CommitId pushed = story.fleet.commits.heads().get(branch);
    if (head != null
        && pushed != null
        && head.rollback() == null
        && !head.commit().equals(pushed)) {
      wrong("branch " + branch + " is at " + pushed + ", and the fleet has " + head);
    }
    return head == null ? null : head.commit();
  }

  /** Converged is who said that it runs what it is to run. */
  private void converged(NodeRecord node) {
    ReportTable.Latest said = node.said();
    if (node.state() != NodeState.CONVERGED) {
      return;
    }
    DesiredState decision = node.decision();
    NodeStatus status = said == null ? null : said.status();
    boolean isTrue =
        status != null
            && status.state() == NodeState.CONVERGED
            && Objects.equals(status.appliedCommit(), decision.commit())
            && decision.withheld() == null
            && decision.gate() == null
            && decision.ref().equals(status.ref())
            && (status.pin() == null) == (decision.pin() == null);
    if (!isTrue) {
      wrong("node " + node.name() + " is called converged on " + decision + " and said " + status);
    }
  }

  /** Each state has a reason, which says who or what, and what to do. */
  private void explained(NodeView view) {
    String name = "node " + view.name();
    String reason = view.reason();
    if (reason.isBlank() || view.why().isBlank() || view.why().contains("null")) {
      wrong(name + " is not explained: " + view.state() + " " + reason + " | " + view.why());
    }
    boolean contradicts =
        (view.state() == NodeState.WAITING && reason.startsWith("held: "))
            || (view.state() == NodeState.HELD && reason.startsWith("waiting: "));
    if (contradicts) {
      wrong(name + " is " + view.state() + " and says " + reason);
    }
    if (WAYS.stream().noneMatch(view.why()::contains)) {
      wrong(name + " has no way on: " + view.why());
    }
    if (UNENDED.matcher(view.why()).find()) {
      wrong(name + " is not written well: " + view.why());
    }
    var held = story.fleet.record(view.name().value()).decision().withheld();
    if (held != null && story.fleet.views.hold(new NodeName(view.name().value())).isEmpty()) {
      wrong(name + " is withheld and nobody holds it: " + held);
    }
  }

  private void counts(Fleet fleet) {
    int all = 0;
    for (Map.Entry<String, Integer> state : fleet.nodes().entrySet()) {
      all += state.getKey().equals("total") ? 0 : state.getValue();
    }
    if (all != Objects.requireNonNull(fleet.nodes().get("total"))) {
      wrong("the counts do not add up: " + fleet);
    }
    for (Fleet.Ref ref : fleet.refs()) {
      if (ref.converged() > ref.nodes()) {
        wrong("more are converged than there are: " + ref);
      }
    }
  }

  /** How a deployment ended stays so. */
  private void outcome(DeploymentView view) {
    if (view.outcome() != null) {
      // Who comes later and runs it is counted, too.
      DeploymentView.Outcome is = view.outcome();
      DeploymentView.Outcome was = ended.put(view.id(), is);
      boolean same =
          was == null
              || (is.state() == was.state()
                  && is.endedAt().equals(was.endedAt())
                  && is.converged() >= was.converged()
                  && is.total() - is.converged() == was.total() - was.converged());
      if (!same) {
        wrong("deployment " + view.id() + " ended as " + was + ", and now as " + is);
      }
      boolean all = view.outcome().converged() == view.outcome().total();
      boolean good = view.outcome().state() == DeploymentView.State.CONVERGED;
      if (good != all && view.outcome().state() != DeploymentView.State.SUPERSEDED) {
        wrong("an outcome contradicts itself: " + view);
      }
    } else if (ended.containsKey(view.id())) {
      wrong("deployment " + view.id() + " had ended as " + ended.get(view.id()) + ": " + view);
    }
  }

  boolean everyoneIsThere() {
    return story.fleet.model.read(
        now -> now.nodes().values().stream().allMatch(node -> isThere(now, node)));
  }

  private static boolean isThere(FleetSnapshot now, NodeRecord node) {
    var head = now.heads().get(node.settings().ref());
    return node.state() == NodeState.CONVERGED
        && head != null
        && head.commit().equals(node.decision().commit());
  }

  /** Nothing holds any more, and every node does well. */
  void clean() {
    if (!broken.isEmpty()) {
      return;
    }
    story.fleet.model.read(now -> {
      now.nodes().values().stream()
          .filter(node -> !isThere(now, node))
          .forEach(node ->
              wrong(
                  "in the end node %s is %s: %s | %s"
                      .formatted(node.name(), node.state(), node.reason(), node.decision())));
      return now.revision();
    });
    Fleet fleet = story.fleet.views.summary();
    if (!fleet.alarms().isEmpty()) {
      wrong("in the end there are alarms: " + fleet.alarms());
    }
    for (Fleet.Ref ref : fleet.refs()) {
      Long id = ref.deployment();
      DeploymentView view = id == null ? null : story.fleet.views.deployment(id).orElse(null);
      if (ref.nodes() != ref.converged() || ref.rollback() != null) {
        wrong("in the end a branch is not as it should be: " + ref);
      }
      if (ref.nodes() > 0 && (view == null || view.state() == DeploymentView.State.RUNNING)) {
        wrong("in the end a deployment is not over: " + view);
      }
    }
  }
}

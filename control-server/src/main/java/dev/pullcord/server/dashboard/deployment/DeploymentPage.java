package dev.pullcord.server.dashboard.deployment;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.RolloutView;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.dashboard.Html;
import dev.pullcord.server.dashboard.ShellWord;
import dev.pullcord.server.dashboard.StateSign;
import dev.pullcord.server.dashboard.hold.HoldLinks;
import dev.pullcord.server.view.NodeHold;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One deployment.
 *
 * @param nodes those that need somebody first
 * @param notShown how many nodes are left out
 * @param only the one node that is asked for; null for all
 * @param rollout how it spreads; null where everyone is told at once
 */
record DeploymentPage(
    Html.Frame frame,
    DeploymentView deployment,
    Curve curve,
    List<NodePart> nodes,
    int notShown,
    @Nullable String only,
    Changed changed,
    @Nullable RolloutView rollout,
    Instant now) {
  /** Of nodes that failed alike so many are named at once. */
  static final int NAMED = 8;

  private static final Set<NodeState> FAILED = EnumSet.of(NodeState.FAILED, NodeState.ROLLED_BACK);

  Listing.DeploymentLine row() {
    return new Listing.DeploymentLine(deployment);
  }

  /** Whether it says more from second to second. */
  boolean busy() {
    return deployment.state() == DeploymentView.State.RUNNING;
  }

  /** The nodes that do not run it now, because they failed at it. */
  List<String> failed() {
    Set<String> before =
        nodes.stream()
            .filter(NodePart::failedBefore)
            .map(NodePart::name)
            .collect(Collectors.toSet());
    return deployment.supersededBy() != null
        ? List.of()
        : deployment.members().stream()
            .filter(m -> FAILED.contains(m.now() == null ? m.state() : m.now().state()))
            .map(m -> m.name().value())
            .filter(name -> !before.contains(name))
            .toList();
  }

  /** What keeps its nodes from it that would take it by themselves. */
  private Optional<NodeHold> hold() {
    return nodes.stream()
        .flatMap(node -> Stream.ofNullable(node.hold()))
        .filter(hold -> hold.kind() != NodeHold.Kind.ROLLOUT)
        .findFirst();
  }

  /** Why its nodes do not take it, and when they will; empty where nothing keeps them from it. */
  String kept() {
    return hold()
        .map(hold ->
            switch (hold.kind()) {
              case FREEZE -> "Its nodes are frozen: they take it by themselves when that ends.";
              case WINDOW -> "Its nodes take it by themselves when their window opens.";
              case GATE -> "A gate is open: its canary nodes try another commit first.";
              case ROLLOUT -> "";
            })
        .orElse("");
  }

  /** Where the end of what keeps them can be made; null where it ends by itself alone. */
  @Nullable End end() {
    return hold()
        .map(hold ->
            switch (hold.kind()) {
              case FREEZE ->
                  new End("End the freeze…", HoldLinks.freeze(hold.ref(), hold.selector()));
              case GATE -> new End("End the gate…", HoldLinks.gate(hold.ref()));
              case WINDOW, ROLLOUT -> null;
            })
        .orElse(null);
  }

  /** A link to a page that shows the end of a hold before it is made. */
  record End(String text, String path) {}

  /** Whether it goes on, and its nodes wait for a canary that does not run it well. */
  boolean canaryHoldsIt() {
    return rollout != null && rollout.state() == RolloutView.State.RUNNING && canaryFailed();
  }

  /** What a person does next about its rollout; empty where it goes on by itself. */
  String way() {
    if (canaryHoldsIt()) {
      return "Its canary failed, and the others wait for it: let it try again, or promote to go on"
          + " without it.";
    }
    if (!halted()) {
      return "";
    }
    return canaryFailed()
        ? "Its rollout has halted at the canary: push a mended commit, or promote to go on without"
            + " it."
        : "Its rollout has halted: push a mended commit, or let it go on.";
  }

  /** The others that are in the same state for the same reason, of which this one is told. */
  List<NodePart> alike(NodePart told) {
    return nodes.stream().filter(n -> n.alike(told) && !n.equals(told)).toList();
  }

  /** Whether it is told with a node before it. */
  boolean toldBefore(NodePart node) {
    return only == null
        && nodes.stream()
            .filter(n -> n.alike(node))
            .findFirst()
            .filter(n -> !n.equals(node))
            .isPresent();
  }

  /** Whether its rollout waits for a person. */
  boolean halted() {
    return rollout != null && rollout.state() == RolloutView.State.HALTED;
  }

  /** Whether a resume alone brings the others nothing. */
  boolean canaryFailed() {
    return rollout != null
        && rollout.strategy().equals("canary")
        && rollout.waves().getFirst().state() == RolloutView.WaveState.FAILED;
  }

  /** Those that the page tells of, each failure once. */
  List<NodePart> told() {
    List<NodePart> folded = folded();
    return nodes.stream().filter(n -> !toldBefore(n) && !folded.contains(n)).toList();
  }

  /** Those that converged and still are, where they are many: one line that opens. */
  List<NodePart> folded() {
    List<NodePart> calm =
        nodes.stream().filter(n -> n.sign() == StateSign.CONVERGED && n.later() == null).toList();
    return only == null && calm.size() > NAMED ? calm : List.of();
  }

  /** How long the folded took, from the quickest to the slowest. */
  String tookFolded() {
    List<String> took =
        folded().stream().flatMap(node -> Stream.ofNullable(node.took())).distinct().toList();
    if (took.isEmpty()) {
      return "";
    }
    return took.size() == 1
        ? "in " + took.getFirst()
        : "in " + took.getLast() + " to " + took.getFirst();
  }

  List<String> commands() {
    String ref = ShellWord.of(deployment.ref());
    String commit = deployment.commit().abbreviated();
    List<String> commands = new ArrayList<>();
    commands.add("pullcord deployment " + deployment.id());
    commands.add("pullcord wait " + commit);
    commands.add("git revert --no-edit " + commit);
    commands.add("pullcord rollback " + ref + " --reason 'why'");
    if (rollout != null) {
      commands.add("pullcord pause " + ref + " --reason 'why'");
      commands.add("pullcord resume " + ref);
      commands.add("pullcord promote " + ref);
    }
    return commands;
  }
}

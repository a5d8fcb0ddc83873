package dev.pullcord.server.dashboard.deployment;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.RolloutView;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.unit.ShellWord;
import dev.pullcord.server.dashboard.HangingDrain;
import dev.pullcord.server.dashboard.Html;
import dev.pullcord.server.dashboard.StateSign;
import dev.pullcord.server.dashboard.hold.HoldLinks;
import dev.pullcord.server.view.NodeHold;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One deployment.
 *
 * @param shown its nodes
 * @param rollout how it spreads; null where everyone is told at once
 */
record DeploymentPage(
    Html.Frame frame,
    DeploymentView deployment,
    Curve curve,
    ShownNodes shown,
    Changed changed,
    @Nullable RolloutView rollout,
    Instant now) {
  /** Of nodes that failed alike so many are named at once. */
  static final int NAMED = 8;

  /** The same as in PinForm.java. */
  private static final int PINNED_MAX = 500;

  List<NodePart> nodes() {
    return shown.parts();
  }

  int notShown() {
    return shown.notShown();
  }

  @Nullable String only() {
    return shown.only();
  }

  Listing.DeploymentLine row() {
    return new Listing.DeploymentLine(deployment);
  }

  /** Whether it says more from second to second. */
  boolean busy() {
    return deployment.state() == DeploymentView.State.RUNNING;
  }

  /** The nodes that do not run it now, because they failed at it and not at one before. */
  List<String> failed() {
    return deployment.supersededBy() != null
        ? List.of()
        : deployment.members().stream()
            .filter(m -> NodePart.failedNow(m) && !shown.holds().containsKey(m.name()))
            .map(m -> m.name().value())
            .toList();
  }

  /** Those of them that are offered a pin; one form pins no more. */
  List<String> toPin() {
    return failed().subList(0, Math.min(PINNED_MAX, failed().size()));
  }

  /** The freeze or the window that keeps its nodes from it. */
  private Optional<NodeHold> hold() {
    return shown.holds().values().stream()
        .filter(hold -> isFreeze(hold) || hold.kind() == NodeHold.Kind.WINDOW)
        .findFirst();
  }

  private static boolean isFreeze(NodeHold hold) {
    return hold.kind() == NodeHold.Kind.FREEZE;
  }

  /** Why its nodes do not take it, and when they will; empty where nothing keeps them from it. */
  String kept() {
    return hold()
        .map(hold ->
            isFreeze(hold)
                ? "Its nodes are frozen: they take it by themselves when that ends."
                : "Its nodes take it by themselves when their window opens.")
        .orElse("");
  }

  /** Where the end of what keeps them can be made; null where it ends by itself alone. */
  @Nullable End end() {
    return hold()
        .filter(DeploymentPage::isFreeze)
        .map(hold -> new End("End the freeze…", HoldLinks.freeze(hold.ref(), hold.selector())))
        .orElse(null);
  }

  /** A link to a page that shows the end of a hold before it is made. */
  record End(String text, String path) {}

  /** What a person does next about its rollout; empty where it goes on by itself. */
  String way() {
    if (goesOn() && canaryIsOut()) {
      return "Its canary failed, and the others wait for it: let it try again, or promote the"
          + " commit to go on without it.";
    }
    if (paused()) {
      return "Its rollout is paused: nodes that have not got it wait until somebody resumes it.";
    }
    if (!halted()) {
      return "";
    }
    return canaryIsOut()
        ? "Its rollout has halted at the canary: push a mended commit, or promote this one to go on"
            + " without it."
        : "Its rollout has halted: push a mended commit, or resume it.";
  }

  /** A node that gets no further, since what drains there does not end; null for none. */
  @Nullable String hanging() {
    return deployment.supersededBy() != null
        ? null
        : deployment.members().stream()
            .filter(m -> m.state() == NodeState.APPLYING)
            .filter(m -> HangingDrain.isLong(m.reason(), now))
            .map(m -> m.name().value())
            .findFirst()
            .orElse(null);
  }

  /** The others that are in the same state for the same reason, of which this one is told. */
  List<NodePart> alike(NodePart told) {
    return nodes().stream().filter(n -> n.alike(told) && !n.equals(told)).toList();
  }

  /** Whether it is told with a node before it. */
  boolean toldBefore(NodePart node) {
    return only() == null
        && nodes().stream()
            .filter(n -> n.alike(node))
            .findFirst()
            .filter(n -> !n.equals(node))
            .isPresent();
  }

  /** Whether its rollout waits for a person. */
  boolean halted() {
    return rollout != null && rollout.state() == RolloutView.State.HALTED;
  }

  /** Whether somebody has paused its rollout. */
  boolean paused() {
    return rollout != null && rollout.state() == RolloutView.State.PAUSED;
  }

  private boolean goesOn() {
    return rollout != null && rollout.state() == RolloutView.State.RUNNING;
  }

  /** Whether a resume alone brings the others nothing. */
  boolean canaryIsOut() {
    return rollout != null && rollout.canaryIsOut();
  }

  /** Those that the page tells of, each failure once. */
  List<NodePart> told() {
    List<NodePart> folded = folded();
    return nodes().stream().filter(n -> !toldBefore(n) && !folded.contains(n)).toList();
  }

  /** Those that converged and still are, where they are many: one line that opens. */
  List<NodePart> folded() {
    List<NodePart> calm =
        nodes().stream().filter(n -> n.sign() == StateSign.CONVERGED && n.later() == null).toList();
    return only() == null && calm.size() > NAMED ? calm : List.of();
  }

  /** How long the folded took, from the quickest to the slowest. */
  String tookFolded() {
    return NodePart.tookAll(deployment, folded().stream().map(NodePart::member).toList());
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

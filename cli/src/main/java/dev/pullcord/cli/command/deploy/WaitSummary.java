package dev.pullcord.cli.command.deploy;

import dev.pullcord.cli.command.View;
import dev.pullcord.cli.command.view.NextLine;
import dev.pullcord.cli.command.view.NodeLine;
import dev.pullcord.cli.command.view.NodeLines;
import dev.pullcord.cli.output.Signs;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.protocol.unit.NameList;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The end of waiting: one line that begins with {@code converged} or {@code not converged}, and
 * each node that is not.
 */
record WaitSummary(
    WaitTarget target, WaitTarget.Progress look, WaitOutcome outcome, Duration elapsed) {

  /** A view of it. */
  View view(Signs signs, boolean offlineIsFine) {
    return View.of(document(), () -> lines(signs, offlineIsFine)).ending(outcome.exitCode());
  }

  private List<StyledLine> lines(Signs signs, boolean offlineIsFine) {
    List<NodeLine> away = look.nodes().stream().filter(n -> n.state().unreachable()).toList();
    List<NodeLine> behind = look.nodes().stream().filter(n -> !converged(n)).toList();
    boolean good = outcome == WaitOutcome.CONVERGED;
    int counted = offlineIsFine ? look.nodes().size() - away.size() : look.nodes().size();
    String numbers = look.nodes().size() - behind.size() + "/" + counted;
    StyledLine line =
        good
            ? StyledLine.of(Style.BIG_GOOD, "converged " + numbers)
                .add(" in " + Durations.human(elapsed))
            : StyledLine.of(Style.BIG_BAD, "not converged " + numbers)
                .add(" after " + Durations.human(elapsed));
    String tail = target.text().isEmpty() ? "" : " (" + target.text().strip() + ")";
    DeploymentView newer = look.supersededBy();
    if (outcome == WaitOutcome.SUPERSEDED && newer != null) {
      tail += ": superseded by " + newer.commit().abbreviated();
    }
    if (!away.isEmpty()) {
      tail +=
          "; offline "
              + away.size()
              + ": "
              + NameList.folded(away.stream().map(n -> n.name().value()).toList());
    }
    List<StyledLine> lines = new ArrayList<>(List.of(line.add(tail)));
    new NodeLines(signs, _ -> "")
        .of(behind)
        .forEach(behindLine -> lines.add(StyledLine.of("  ").add(behindLine)));
    look.unreached().forEach(why -> lines.add(StyledLine.of("  ").add(Style.BAD, why)));
    next(behind).ifPresent(lines::add);
    return lines;
  }

  private Optional<StyledLine> next(List<NodeLine> behind) {
    return switch (outcome) {
      case CONVERGED, SUPERSEDED -> Optional.empty();
      case INCOMPLETE -> NextLine.of(behind);
      case TIMEOUT -> NextLine.late(behind);
    };
  }

  private WaitDocument document() {
    DeploymentView deployment = look.deployments().isEmpty() ? null : look.deployments().getFirst();
    return new WaitDocument(
        outcome == WaitOutcome.CONVERGED,
        outcome,
        deployment == null ? null : deployment.id(),
        deployment == null ? null : deployment.ref(),
        deployment == null ? null : deployment.commit(),
        look.deployments().stream().map(DeploymentView::id).toList(),
        look.supersededBy() == null ? null : look.supersededBy().commit(),
        elapsed.toMillis(),
        look.nodes());
  }

  private static boolean converged(NodeLine node) {
    return node.state() == NodeState.CONVERGED;
  }

  /**
   * The same for programs.
   *
   * @param converged whether all is as asked
   * @param outcome how it ended
   * @param deployment the first that was waited for; null for each node's own target
   * @param ref of it
   * @param commit of it
   * @param deployments all that were: several when the commit heads several branches
   * @param supersededBy the commit that came instead
   * @param elapsedMillis how long it took
   * @param nodes all that were selected
   */
  record WaitDocument(
      boolean converged,
      WaitOutcome outcome,
      @Nullable Long deployment,
      @Nullable String ref,
      @Nullable CommitId commit,
      List<Long> deployments,
      @Nullable CommitId supersededBy,
      long elapsedMillis,
      List<NodeLine> nodes) {}
}

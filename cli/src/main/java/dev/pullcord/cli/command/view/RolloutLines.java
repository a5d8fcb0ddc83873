package dev.pullcord.cli.command.view;

import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.cli.output.Table;
import dev.pullcord.protocol.api.RolloutView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.unit.NameList;
import java.util.ArrayList;
import java.util.List;

/** Rollouts for people: a line each, or one of them wave by wave with what to do next. */
public final class RolloutLines {
  private static final int NAMES_MAX = 20;

  private RolloutLines() {}

  /** A line for each branch. */
  public static List<StyledLine> table(List<RolloutView> rollouts) {
    Table table =
        new Table("REF", "DEPLOYMENT", "COMMIT", "STRATEGY", "STATE", "HAVE IT", "REASON");
    for (RolloutView rollout : rollouts) {
      table.row(
          StyledLine.of(Style.STRONG, rollout.ref()),
          StyledLine.of(Long.toString(rollout.deployment())),
          StyledLine.of(rollout.commit().abbreviated()),
          StyledLine.of(rollout.strategy()),
          StyledLine.of(rollout.state().word()),
          StyledLine.of(rollout.released() + "/" + rollout.members()),
          StyledLine.of(rollout.reason()));
    }
    return table.lines();
  }

  /** One of them. */
  public static List<StyledLine> page(RolloutView rollout) {
    List<StyledLine> lines = new ArrayList<>();
    lines.add(
        StyledLine.of(
            Style.STRONG,
            "%s %s  %s  %s"
                .formatted(
                    rollout.ref(),
                    rollout.commit().abbreviated(),
                    rollout.strategy(),
                    rollout.state().word())));
    lines.add(
        StyledLine.of(
            "%d of %d nodes were given it, %d failed; failure budget %d; deployment %d by %s"
                .formatted(
                    rollout.released(),
                    rollout.members(),
                    rollout.failed(),
                    rollout.budget(),
                    rollout.deployment(),
                    rollout.by())));
    Table table = new Table("WAVE", "STATE", "NODES");
    for (RolloutView.Wave wave : rollout.waves()) {
      table.row(
          StyledLine.of(wave.name()),
          StyledLine.of(wave.state().word()),
          StyledLine.of(names(wave)));
    }
    if (!table.isEmpty()) {
      lines.addAll(table.lines());
    }
    if (!rollout.reason().isEmpty()) {
      lines.add(StyledLine.of(rollout.state().word() + ": " + rollout.reason()));
    }
    rollout.next().ifPresent(line -> lines.add(StyledLine.of(line)));
    return lines;
  }

  private static String names(RolloutView.Wave wave) {
    return NameList.folded(wave.nodes().stream().map(NodeName::value).toList(), NAMES_MAX);
  }
}

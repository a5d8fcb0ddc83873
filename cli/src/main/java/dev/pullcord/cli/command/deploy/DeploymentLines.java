package dev.pullcord.cli.command.deploy;

import dev.pullcord.cli.output.Line;
import dev.pullcord.cli.output.Signs;
import dev.pullcord.cli.output.Style;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.report.NodeState;
import java.util.Locale;

/** A deployment in a few words. */
final class DeploymentLines {
  private DeploymentLines() {}

  static Line state(DeploymentView deployment, Signs signs) {
    String name = deployment.state().name().toLowerCase(Locale.ROOT);
    return switch (deployment.state()) {
      case CONVERGED -> signs.of(NodeState.CONVERGED).add(Style.GOOD, " " + name);
      case INCOMPLETE -> signs.of(NodeState.FAILED).add(Style.BAD, " " + name);
      case RUNNING -> signs.of(NodeState.APPLYING).add(Style.BUSY, " " + name);
      case SUPERSEDED -> Line.of("- " + name);
    };
  }

  static String counts(DeploymentView deployment) {
    int total = deployment.nodes().values().stream().mapToInt(n -> n).sum();
    return deployment.nodes().getOrDefault(NodeState.CONVERGED.wireName(), 0) + "/" + total;
  }
}

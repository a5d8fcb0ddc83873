package dev.pullcord.cli.command.deploy;

import dev.pullcord.cli.output.Signs;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.protocol.api.DeploymentView;
import java.util.Locale;

/** A deployment in a few words. */
final class DeploymentLines {
  private DeploymentLines() {}

  static StyledLine state(DeploymentView deployment, Signs signs) {
    String name = deployment.shown().name().toLowerCase(Locale.ROOT);
    return deployment.shown() == DeploymentView.State.SUPERSEDED
        ? StyledLine.of("- " + name)
        : signs.of(deployment.severity()).add(Signs.styleOf(deployment.severity()), " " + name);
  }

  /** {@code 6/6 in 2.1s, then 8be9a33}, and how its nodes are now if that is otherwise. */
  static String counts(DeploymentView deployment) {
    String now = deployment.toldNow();
    return deployment.progress() + (now.isEmpty() ? "" : "; " + now);
  }
}

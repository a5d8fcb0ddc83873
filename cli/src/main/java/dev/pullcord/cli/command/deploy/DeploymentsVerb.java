package dev.pullcord.cli.command.deploy;

import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.mixin.Limited;
import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.cli.output.Table;
import dev.pullcord.protocol.api.DeploymentView;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pullcord deployments}: the history, newest first. */
@Command(name = "deployments", description = "What was pushed and what became of it.")
public final class DeploymentsVerb extends Verb {
  @Option(names = "--ref", paramLabel = "REF", description = "Only those of this branch.")
  @Nullable String ref;

  @Mixin Limited limited = new Limited(20);

  /** The verb. */
  public DeploymentsVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    Limited.Part<DeploymentView> part =
        limited.read(
            cursor -> context.server().deployments(ref, cursor),
            DeploymentView.Page::deployments,
            DeploymentView.Page::next);
    DeploymentView last = part.last();
    DeploymentView.Page page =
        new DeploymentView.Page(part.items(), last == null ? null : Long.toString(last.id()));
    return part.items().isEmpty()
        ? View.of(page, "nothing was pushed" + (ref == null ? "" : " to " + ref) + " yet")
        : View.of(page, () -> table(part.items()));
  }

  private List<StyledLine> table(List<DeploymentView> deployments) {
    Table table = new Table("ID", "REF", "COMMIT", "STATE", "NODES", "PUSHED", "BY", "SUBJECT");
    for (DeploymentView deployment : deployments) {
      table.row(
          StyledLine.of(Style.STRONG, Long.toString(deployment.id())),
          StyledLine.of(deployment.ref()),
          StyledLine.of(deployment.commit().abbreviated()),
          DeploymentLines.state(deployment, context.console().signs()),
          StyledLine.of(DeploymentLines.counts(deployment)),
          StyledLine.of(Ages.ago(deployment.startedAt(), context.now())),
          StyledLine.of(deployment.pushedBy()),
          StyledLine.of(
              deployment.rolledBack().map(text -> text + "; ").orElse("") + deployment.subject()));
    }
    return table.lines();
  }
}

package dev.pullcord.cli.command.deploy;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.cli.output.Table;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.error.ExitCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pullcord deployments}: the history, newest first. */
@Command(name = "deployments", description = "What was pushed and what became of it.")
public final class DeploymentsVerb extends Verb {
  @Option(names = "--ref", paramLabel = "REF", description = "Only those of this branch.")
  @Nullable String ref;

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      defaultValue = "20",
      description = "How many at most, 1 to 10000; ${DEFAULT-VALUE} when left out.")
  int limit;

  /** The verb. */
  public DeploymentsVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected ExitCode run() {
    if (limit < 1 || limit > 10_000) {
      throw Failure.usage("--limit " + limit + ": 1 to 10000 expected");
    }
    List<DeploymentView> all = new ArrayList<>();
    String cursor = null;
    do {
      DeploymentView.Page page = Replies.need(context.server().deployments(ref, cursor));
      all.addAll(page.deployments());
      cursor = page.next();
    } while (cursor != null && all.size() < limit);
    List<DeploymentView> shown = all.subList(0, Math.min(limit, all.size()));
    if (context.json()) {
      context.console().json(new DeploymentView.Page(shown, cursor));
    } else if (shown.isEmpty()) {
      context.console().line("nothing was pushed" + (ref == null ? "" : " to " + ref) + " yet");
    } else {
      print(shown);
    }
    return ExitCode.DONE;
  }

  private void print(List<DeploymentView> deployments) {
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
          StyledLine.of(deployment.subject()));
    }
    context.console().lines(table.lines());
  }
}

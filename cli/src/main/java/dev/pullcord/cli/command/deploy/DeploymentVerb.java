package dev.pullcord.cli.command.deploy;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Selection;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.command.view.NodeLine;
import dev.pullcord.cli.command.view.StepLines;
import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.cli.output.Signs;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.client.ServerReply;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.unit.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code pullcord deployment ID|REF|COMMIT|latest}: node by node, step by step, output included.
 */
@Command(
    name = "deployment",
    description = "One deployment: each node with its steps and their output.")
public final class DeploymentVerb extends Verb {
  private static final int MOST_TRANSCRIPTS = 20;

  @Parameters(
      index = "0",
      paramLabel = "ID|REF|COMMIT|latest",
      description =
          "The number that pullcord deployments shows; or the newest of a branch, of a commit,"
              + " or of all.")
  String which = "";

  @Option(names = "--node", paramLabel = "NODE", description = "Only this node's steps.")
  @Nullable String only;

  @Option(
      names = "--steps",
      description =
          "Show the steps of all nodes. Without it, a deployment of more than "
              + MOST_TRANSCRIPTS
              + " nodes shows only those of nodes that have not converged.")
  boolean allSteps;

  private long id;

  /** The verb. */
  public DeploymentVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    id = new TargetFinder(context.server()).deployment(which);
    return new View(this::document, this::page, () -> ExitCode.DONE);
  }

  private Object document() {
    return only == null
        ? Replies.need(context.server().deployment(id))
        : Replies.need(context.server().transcript(id, Selection.name(only)));
  }

  private List<StyledLine> page() {
    Signs signs = context.console().signs();
    DeploymentView deployment = Replies.need(context.server().deployment(id));
    List<StyledLine> lines = new ArrayList<>(head(deployment));
    List<DeploymentView.Member> members = members(deployment);
    boolean brief = members.size() > MOST_TRANSCRIPTS && !allSteps;
    int width = members.stream().mapToInt(m -> m.name().value().length()).max().orElse(0);
    Map<String, NodeName> told = new HashMap<>();
    for (DeploymentView.Member member : members) {
      NodeLine line = NodeLine.of(member);
      NodeName same =
          allSteps || member.state() == NodeState.CONVERGED || member.reason().isEmpty()
              ? null
              : told.putIfAbsent(member.state() + member.reason(), member.name());
      if (same != null) {
        lines.add(line.as(same, signs, width));
        continue;
      }
      lines.add(line.line(signs, width));
      if (!brief || member.state() != NodeState.CONVERGED) {
        lines.addAll(steps(member.name()));
      }
    }
    if (deployment.members().isEmpty() && deployment.total() > 0) {
      lines.add(StyledLine.of("which nodes these were is kept no more: the deployment is too old"));
    }
    if (brief) {
      lines.add(StyledLine.of("steps of converged nodes are left out; --steps shows all"));
    }
    return lines;
  }

  private List<DeploymentView.Member> members(DeploymentView deployment) {
    if (only == null) {
      return deployment.members();
    }
    NodeName node = Selection.name(only);
    List<DeploymentView.Member> one =
        deployment.members().stream().filter(m -> m.name().equals(node)).toList();
    if (one.isEmpty()) {
      throw new Failure(ExitCode.REFUSED, node + " is no node of deployment " + id);
    }
    return one;
  }

  private List<StyledLine> head(DeploymentView deployment) {
    StyledLine state =
        StyledLine.of(Style.STRONG, "deployment " + deployment.id())
            .add("  ")
            .add(DeploymentLines.state(deployment, context.console().signs()))
            .add(" " + DeploymentLines.counts(deployment));
    StyledLine commit =
        StyledLine.of(deployment.ref() + " ")
            .add(Style.BUSY, deployment.commit().value())
            .add("  " + deployment.subject())
            .add(Style.FAINT, "  (" + deployment.author() + ")");
    String pushed =
        deployment.rolledBack().orElse("pushed by " + deployment.pushedBy())
            + " "
            + Ages.ago(deployment.startedAt(), context.now());
    if (deployment.convergedAt() != null) {
      Duration took = Duration.between(deployment.startedAt(), deployment.convergedAt());
      pushed += ", converged in " + Durations.human(took);
    }
    if (deployment.supersededBy() != null) {
      pushed += ", superseded by deployment " + deployment.supersededBy();
    }
    return List.of(state, commit, StyledLine.of(pushed), StyledLine.EMPTY);
  }

  private List<StyledLine> steps(NodeName node) {
    ServerReply<DeploymentView.Transcript> answer = context.server().transcript(id, node);
    return Replies.missing(answer)
        ? List.of()
        : StepLines.of(Replies.need(answer), context.console().signs());
  }
}

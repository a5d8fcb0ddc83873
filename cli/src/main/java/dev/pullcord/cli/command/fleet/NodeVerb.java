package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Selection;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.view.Generations;
import dev.pullcord.cli.command.view.NodeRows;
import dev.pullcord.cli.command.view.StepLines;
import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Console;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.client.ServerClient;
import dev.pullcord.client.ServerReply;
import dev.pullcord.protocol.api.DeploymentView.Transcript;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.report.PinStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pullcord node NAME}: everything about one node, with its last transcript. */
@Command(
    name = "node",
    description = "Everything about one node, with its last transcript; or remove it.")
public final class NodeVerb extends Verb {
  @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "The node.")
  @Nullable String name;

  /** The verb. */
  public NodeVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected ExitCode run() {
    if (name == null) {
      throw Failure.usage("which node? pullcord node NAME; pullcord nodes lists them");
    }
    NodeView node = Replies.need(context.server().node(Selection.name(name)));
    if (context.json()) {
      context.console().json(node);
      return ExitCode.DONE;
    }
    facts(node, context.now());
    workers(node, context.now());
    if (!node.why().isEmpty()) {
      context.console().line(StyledLine.EMPTY);
      context.console().line(StyledLine.of(node.why()));
    }
    transcript(node);
    return ExitCode.DONE;
  }

  private void facts(NodeView node, Instant now) {
    Console console = context.console();
    console.line(
        StyledLine.of(Style.STRONG, node.name().value())
            .add("  ")
            .add(console.signs().named(node.state()))
            .add("  for " + Ages.coarse(Duration.between(node.since(), now))));
    fact("reason", node.reason());
    fact("follows", node.ref());
    PinStatus pin = node.pin();
    if (pin != null) {
      String ends = ", ends " + Ages.in(pin.expiresAt(), now);
      fact("pinned to", pin.ref() + " by " + pin.owner() + ends + ": " + pin.reason());
    }
    fact("target", node.targetCommit() == null ? "-" : node.targetCommit().value());
    fact("runs", node.appliedCommit() == null ? "-" : node.appliedCommit().value());
    fact("labels", node.labels().isEmpty() ? "-" : NodeRows.labels(node.labels()));
    String version = node.agentVersion() == null ? "-" : node.agentVersion();
    fact("agent", version + ", last seen " + Ages.ago(node.lastSeen(), now));
    new TreeMap<>(node.trees())
        .forEach((bundle, tree) -> fact("bundle", bundle + "  " + tree.value()));
  }

  private void fact(String label, String value) {
    String padded = label + " ".repeat(Math.max(0, 10 - label.length()));
    context.console().line(StyledLine.of(Style.FAINT, padded).add(" " + value));
  }

  private void workers(NodeView node, Instant now) {
    List<StyledLine> lines = Generations.lines(node.workers(), now);
    if (!lines.isEmpty()) {
      context.console().line(StyledLine.EMPTY);
      context.console().lines(lines);
    }
  }

  private void transcript(NodeView node) {
    ServerClient server = context.server();
    String ref = node.pin() == null ? node.ref() : node.pin().ref();
    Long deployment =
        Replies.need(server.fleet()).refs().stream()
            .filter(r -> r.ref().equals(ref))
            .map(Fleet.Ref::deployment)
            .findFirst()
            .orElse(null);
    if (deployment == null) {
      return;
    }
    ServerReply<Transcript> answer = server.transcript(deployment, node.name());
    if (Replies.missing(answer)) {
      return; // it has not begun with this deployment
    }
    Transcript transcript = Replies.need(answer);
    if (!transcript.steps().isEmpty() || transcript.underWay() != null) {
      context.console().line(StyledLine.EMPTY);
      context.console().line(StyledLine.of(Style.FAINT, "steps of deployment " + deployment));
      StepLines.of(transcript, context.console().signs()).forEach(context.console()::line);
    }
  }
}

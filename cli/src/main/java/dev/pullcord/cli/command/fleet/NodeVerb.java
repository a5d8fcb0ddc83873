package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Selection;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.command.view.Generations;
import dev.pullcord.cli.command.view.NodeRows;
import dev.pullcord.cli.command.view.StepLines;
import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.client.ServerClient;
import dev.pullcord.client.ServerReply;
import dev.pullcord.protocol.api.DeploymentView.Transcript;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.SuspensionView;
import dev.pullcord.protocol.contact.NodeFacts;
import dev.pullcord.protocol.report.PinStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pullcord node NAME}: everything about one node, with its last transcript. */
@Command(
    name = "node",
    description = "Everything about one node, with its last steps; or remove it.")
public final class NodeVerb extends Verb {
  @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "The node.")
  @Nullable String name;

  /** The verb. */
  public NodeVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    if (name == null) {
      throw Failure.usage("which node? pullcord node NAME; pullcord nodes lists them");
    }
    NodeView node = Replies.need(context.server().node(Selection.name(name)));
    return View.of(node, () -> page(node, context.now()));
  }

  private List<StyledLine> page(NodeView node, Instant now) {
    List<StyledLine> lines = new ArrayList<>();
    lines.add(
        StyledLine.of(Style.STRONG, node.name().value())
            .add("  ")
            .add(context.console().signs().named(node.state()))
            .add("  for " + Ages.coarse(Duration.between(node.since(), now))));
    facts(node, now)
        .forEach((label, value) ->
            lines.add(StyledLine.of(Style.FAINT, "%-10s".formatted(label)).add(" " + value)));
    new TreeMap<>(node.trees())
        .forEach((bundle, tree) ->
            lines.add(
                StyledLine.of(Style.FAINT, "bundle    ").add(" " + bundle + "  " + tree.value())));
    part(lines, Generations.lines(node.workers(), now));
    part(lines, node.why().isEmpty() ? List.of() : List.of(StyledLine.of(node.why())));
    part(lines, transcript(node));
    return lines;
  }

  private static void part(List<StyledLine> lines, List<StyledLine> part) {
    if (!part.isEmpty()) {
      lines.add(StyledLine.EMPTY);
      lines.addAll(part);
    }
  }

  private static Map<String, String> facts(NodeView node, Instant now) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("reason", node.state().bare(node.reason()));
    facts.put("follows", node.ref());
    PinStatus pin = node.pin();
    if (pin != null) {
      String ends = ", ends " + Ages.in(pin.expiresAt(), now);
      facts.put("pinned to", pin.ref() + " by " + pin.owner() + ends + ": " + pin.reason());
    }
    SuspensionView suspension = node.suspension();
    if (suspension != null) {
      String ends = ", ends " + Ages.in(suspension.expiresAt(), now);
      facts.put("suspended", "by " + suspension.owner() + ends + ": " + suspension.reason());
    }
    facts.put("target", node.targetCommit() == null ? "-" : node.targetCommit().value());
    facts.put("runs", node.appliedCommit() == null ? "-" : node.appliedCommit().value());
    facts.put("labels", NodeRows.labels(node.labels(), "-"));
    String version = node.agentVersion() == null ? "-" : node.agentVersion();
    facts.put("agent", version + ", last seen " + Ages.ago(node.lastSeen(), now));
    NodeView.Host host = node.host();
    if (host != null) {
      host(facts, host, now);
    }
    return facts;
  }

  private static void host(Map<String, String> facts, NodeView.Host host, Instant now) {
    if (host.name() != null && host.address() != null) {
      facts.put("host", host.name() + " at " + host.address());
    }
    NodeFacts said = host.facts();
    if (said != null) {
      if (said.startedAt() != null) {
        facts.merge("agent", Ages.ago(said.startedAt(), now), (a, ago) -> a + ", started " + ago);
      }
      facts.put("system", said.system() + ", " + said.kernel());
      facts.put("python", said.python() == null ? "-" : said.python());
      facts.put("disk", said.disk());
    }
    String clock = host.clock();
    if (clock != null) {
      facts.put("clock", clock);
    }
  }

  /** What the node did for the newest deployment of its ref, if it has begun with it. */
  private List<StyledLine> transcript(NodeView node) {
    ServerClient server = context.server();
    String ref = node.source();
    Long deployment =
        Replies.need(server.fleet()).refs().stream()
            .filter(r -> r.ref().equals(ref))
            .map(Fleet.Ref::deployment)
            .filter(Objects::nonNull) // nothing was pushed to it yet
            .findFirst()
            .orElse(null);
    if (deployment == null) {
      return List.of();
    }
    ServerReply<Transcript> answer = server.transcript(deployment, node.name());
    if (Replies.missing(answer)) {
      return List.of();
    }
    List<StyledLine> lines = new ArrayList<>();
    lines.add(StyledLine.of(Style.FAINT, "steps of deployment " + deployment));
    lines.addAll(StepLines.of(Replies.need(answer), context.console().signs()));
    return lines.size() == 1 ? List.of() : lines;
  }
}

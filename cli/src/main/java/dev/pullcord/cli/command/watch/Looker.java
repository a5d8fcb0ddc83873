package dev.pullcord.cli.command.watch;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Selection;
import dev.pullcord.client.ServerClient;
import dev.pullcord.client.ServerReply;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.DeploymentView.Transcript;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.StepRecord;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks the server. What does not change is asked for once: when a deployment began, and what a
 * failed step printed, for as long as the node stays in that state.
 */
final class Looker {
  private static final int MOST_TRANSCRIPTS = 12;
  private static final int OUTPUT_LINES = 3;
  private final ServerClient server;
  private final @Nullable String selector;
  private final Map<Long, Instant> began = new HashMap<>();
  private final Map<NodeName, Known> printed = new HashMap<>();
  private boolean first = true;

  Looker(ServerClient server, @Nullable String selector) {
    this.server = server;
    this.selector = selector;
  }

  /** Looks; the first look of a selection without a node is wrong usage. */
  Look look() {
    Fleet fleet = Replies.need(server.fleet());
    List<NodeView> nodes =
        first && selector != null
            ? Selection.some(server, selector)
            : Replies.need(server.nodes(selector, null)).nodes();
    first = false;
    Map<String, Fleet.Ref> heads = new HashMap<>();
    Map<String, Instant> pushed = new HashMap<>();
    for (Fleet.Ref ref : fleet.refs()) {
      heads.put(ref.ref(), ref);
      if (ref.deployment() != null) {
        pushed.put(ref.ref(), began.computeIfAbsent(ref.deployment(), this::beganAt));
      }
    }
    return new Look(nodes, heads, pushed, output(nodes, heads));
  }

  private Instant beganAt(long deployment) {
    DeploymentView view = Replies.need(server.deployment(deployment));
    return view.startedAt();
  }

  private Map<NodeName, List<String>> output(List<NodeView> nodes, Map<String, Fleet.Ref> heads) {
    List<NodeView> broken = nodes.stream().filter(Look::broken).limit(MOST_TRANSCRIPTS).toList();
    printed.keySet().retainAll(broken.stream().map(NodeView::name).toList());
    Map<NodeName, List<String>> output = new HashMap<>();
    for (NodeView node : broken) {
      Fleet.Ref head = heads.get(Look.ref(node));
      Long deployment = head == null ? null : head.deployment();
      if (deployment != null) {
        output.put(node.name(), output(node, deployment));
      }
    }
    return output;
  }

  private List<String> output(NodeView node, long deployment) {
    Known known = printed.get(node.name());
    if (known != null && known.deployment() == deployment && known.since().equals(node.since())) {
      return known.lines();
    }
    ServerReply<Transcript> answer = server.transcript(deployment, node.name());
    if (Replies.missing(answer)) {
      return List.of(); // it failed before it could say more; the next look asks again
    }
    List<String> lines = lastOf(Replies.need(answer).steps());
    if (!lines.isEmpty()) {
      printed.put(node.name(), new Known(deployment, node.since(), lines));
    }
    return lines;
  }

  private static List<String> lastOf(List<StepRecord> steps) {
    for (StepRecord step : steps.reversed()) {
      if (step.outcome() != StepRecord.Outcome.OK) {
        List<String> lines = step.output().lines().filter(line -> !line.isBlank()).toList();
        return lines.subList(Math.max(0, lines.size() - OUTPUT_LINES), lines.size());
      }
    }
    return List.of();
  }

  private record Known(long deployment, Instant since, List<String> lines) {}
}

package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Selection;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.view.NodeRows;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.ServerClient;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.Shown;
import dev.pullcord.protocol.report.NodeState;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pullcord nodes}: a line per node. */
@Command(name = "nodes", description = "A line per node.")
public final class NodesVerb extends Verb {
  @Option(
      names = {"-l", "--selector"},
      paramLabel = "LABELS",
      description = "Only nodes with these labels: role=grep,dc!=sea")
  @Nullable String selector;

  @Option(names = "--state", paramLabel = "STATE", description = "Only nodes in this state.")
  @Nullable String state;

  /** The verb. */
  public NodesVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected ExitCode run() {
    checkState();
    ServerClient server = context.server();
    if (selector != null) {
      Selection.some(server, selector);
    }
    NodeView.Page page = Replies.need(server.nodes(selector, state));
    List<NodeView> nodes = page.nodes();
    if (context.json()) {
      context.console().json(page);
    } else if (!nodes.isEmpty()) {
      context.console().lines(NodeRows.fitting(nodes, context.now(), context.console()));
    } else if (state != null) {
      context.console().line("no node is " + state);
    } else {
      context.console().line("no nodes yet; pullcord invite lets one join");
    }
    return ExitCode.DONE;
  }

  private void checkState() {
    if (state != null
        && Arrays.stream(NodeState.values()).noneMatch(s -> s.wireName().equals(state))) {
      String states =
          Arrays.stream(NodeState.values())
              .map(NodeState::wireName)
              .collect(Collectors.joining(", "));
      throw Failure.usage(Shown.of(state) + " is not a state: one of " + states + " expected");
    }
  }
}

package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.client.ServerClient;
import dev.pullcord.cli.command.Answers;
import dev.pullcord.cli.command.Desk;
import dev.pullcord.cli.command.Selection;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.view.NodeRows;
import dev.pullcord.cli.output.Failure;
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
public final class Nodes extends Verb {
  @Option(
      names = {"-l", "--selector"},
      paramLabel = "LABELS",
      description = "Only nodes with these labels: role=grep,dc!=sea")
  @Nullable String selector;

  @Option(names = "--state", paramLabel = "STATE", description = "Only nodes in this state.")
  @Nullable String state;

  /** The verb. */
  public Nodes(Desk desk) {
    super(desk);
  }

  @Override
  protected ExitCode run() {
    checkState();
    ServerClient server = desk.server();
    if (selector != null) {
      Selection.some(server, selector);
    }
    NodeView.Page page = Answers.need(server.nodes(selector, state));
    List<NodeView> nodes = page.nodes();
    if (desk.json()) {
      desk.console().json(page);
    } else if (!nodes.isEmpty()) {
      desk.console().lines(NodeRows.fitting(nodes, desk.now(), desk.console()));
    } else if (state != null) {
      desk.console().line("no node is " + state);
    } else {
      desk.console().line("no nodes yet; pullcord invite lets one join");
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

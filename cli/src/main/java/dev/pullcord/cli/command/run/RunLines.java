package dev.pullcord.cli.command.run;

import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.protocol.action.RunState;
import dev.pullcord.protocol.action.RunView;
import dev.pullcord.protocol.action.RunView.NodeRun;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.unit.NameList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A run as lines: of its nodes while it goes on, and its summary. */
final class RunLines {
  /** So many nodes are named in one list of the summary. */
  private static final int NAMED_MAX = 100;

  private static final List<RunState> BAD =
      List.of(RunState.FAILED, RunState.UNKNOWN, RunState.REFUSED);

  private RunLines() {}

  /** What a node wrote: {@code node-1 | text}. */
  static StyledLine output(String name, int width, String text, RunState state) {
    return StyledLine.of(style(state), name)
        .add(" ".repeat(Math.max(0, width - name.length())))
        .add(Style.FAINT, " | ")
        .add(StyledLine.quoted(Style.PLAIN, text));
  }

  /** The state in its colour. */
  static StyledLine state(RunState state) {
    return StyledLine.of(style(state), state.word());
  }

  static Style style(RunState state) {
    return switch (state) {
      case DONE -> Style.GOOD;
      case FAILED, UNKNOWN, REFUSED -> Style.BAD;
      case WAITING, RUNNING -> Style.BUSY;
    };
  }

  /** {@code ok 5/6; failed 1: node-3 (exited 2)}. */
  static StyledLine summary(RunView run) {
    Map<RunState, List<NodeRun>> byState =
        run.nodes().stream()
            .collect(
                Collectors.groupingBy(NodeRun::state, LinkedHashMap::new, Collectors.toList()));
    int done = byState.getOrDefault(RunState.DONE, List.of()).size();
    boolean all = done == run.nodes().size();
    StyledLine line =
        StyledLine.of(all ? Style.GOOD : Style.BAD, "ok " + done + "/" + run.nodes().size());
    for (RunState state : BAD) {
      line = line.add(named(state.word(), byState.getOrDefault(state, List.of())));
    }
    for (RunState state : List.of(RunState.RUNNING, RunState.WAITING)) {
      line = line.add(named(state.word(), byState.getOrDefault(state, List.of())));
    }
    return line;
  }

  private static String named(String word, List<NodeRun> nodes) {
    if (nodes.isEmpty()) {
      return "";
    }
    List<String> names = new ArrayList<>();
    for (NodeRun node : nodes) {
      String why = node.reason().lines().findFirst().orElse("");
      names.add(node.name() + (why.isEmpty() ? "" : " (" + why + ")"));
    }
    return "; %s %d: %s".formatted(word, nodes.size(), NameList.folded(names, NAMED_MAX));
  }

  /** How a verb ends that has waited for it. */
  static ExitCode exitCode(RunView run) {
    boolean late = false;
    for (NodeRun node : run.nodes()) {
      if (node.notReached() || !node.state().ended()) {
        late = true;
      } else if (node.state() != RunState.DONE) {
        return ExitCode.FAILED;
      }
    }
    return late ? ExitCode.TIMEOUT : ExitCode.DONE;
  }
}

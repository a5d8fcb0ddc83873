package dev.pullcord.server.dashboard.action;

import dev.pullcord.protocol.action.RunState;
import dev.pullcord.protocol.action.RunView;
import dev.pullcord.protocol.unit.ShellWord;
import dev.pullcord.server.action.RunList;
import dev.pullcord.server.dashboard.Moment;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A run as lists and its own page show it. */
record RunRow(RunList.RunSummary summary) {
  RunView run() {
    return summary.run();
  }

  RunSign sign() {
    return RunSign.of(run().state());
  }

  Moment started() {
    return new Moment(run().startedAt());
  }

  boolean busy() {
    return !run().state().ended();
  }

  /** Whether somebody may still cancel it. */
  boolean cancellable() {
    return busy() && run().cancelledBy() == null;
  }

  /** {@code clear_cache days=7}. */
  String call() {
    return run().action() + values(run().parameters());
  }

  static String values(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(value -> " " + value.getKey() + "=" + value.getValue())
        .collect(Collectors.joining());
  }

  /** {@code ok 5/6; failed 1}, and what has not ended. */
  String sum() {
    String others =
        Map.of(
                "failed", RunState.FAILED,
                "refused", RunState.REFUSED,
                "unknown", RunState.UNKNOWN,
                "running", RunState.RUNNING,
                "waiting", RunState.WAITING)
            .entrySet()
            .stream()
            .sorted(Map.Entry.comparingByKey())
            .filter(entry -> count(entry.getValue()) > 0)
            .map(entry -> "; " + entry.getKey() + " " + count(entry.getValue()))
            .collect(Collectors.joining());
    int nodes = summary.counts().values().stream().mapToInt(Integer::intValue).sum();
    return "ok " + count(RunState.DONE) + "/" + nodes + others;
  }

  private int count(RunState state) {
    return summary.counts().getOrDefault(state, 0);
  }

  /** The nodes on which it did not end well, for another try; none while it goes on. */
  List<String> toRunAgain() {
    return busy()
        ? List.of()
        : run().nodes().stream()
            .filter(node -> node.state() != RunState.DONE)
            .map(node -> node.name().value())
            .toList();
  }

  /** Its values as the form has them. */
  String lines() {
    return run().parameters().entrySet().stream()
        .map(value -> value.getKey() + "=" + value.getValue())
        .collect(Collectors.joining("\n"));
  }

  /** What the page does, for a shell. */
  List<String> commands() {
    String cancel = "pullcord runs cancel " + ShellWord.of(Long.toString(run().id()));
    return cancellable() ? List.of(command(), cancel) : List.of(command());
  }

  String command() {
    return "pullcord runs show " + ShellWord.of(Long.toString(run().id()));
  }
}

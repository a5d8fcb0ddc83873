package dev.pullcord.server.action;

import dev.pullcord.protocol.action.RunState;
import dev.pullcord.protocol.action.RunView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.store.RunTable.NodePart;
import dev.pullcord.server.store.RunTable.Standing;
import dev.pullcord.server.store.RunTable.StoredRun;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes what people are shown of runs. */
final class RunViews {
  private RunViews() {}

  static RunView of(StoredRun run, List<RunView.NodeRun> nodes) {
    return new RunView(
        run.id(),
        run.action(),
        run.parameters(),
        state(nodes),
        run.by(),
        run.startedAt(),
        run.endedAt(),
        run.terms(),
        run.cancelledBy(),
        nodes);
  }

  static RunView.NodeRun node(NodePart part) {
    Standing standing = part.standing();
    CommitId commit = part.order().commit();
    return new RunView.NodeRun(
        part.name(),
        standing.state(),
        standing.exitCode(),
        standing.tookMillis(),
        standing.reason(),
        standing.notReached(),
        commit == null ? null : commit.value(),
        part.output(),
        part.cut());
  }

  /** Of the whole, by those of its nodes. */
  static RunState state(List<RunView.NodeRun> nodes) {
    Set<RunState> states =
        nodes.stream()
            .map(RunView.NodeRun::state)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(RunState.class)));
    if (states.contains(RunState.RUNNING) || states.contains(RunState.WAITING)) {
      return states.equals(EnumSet.of(RunState.WAITING)) ? RunState.WAITING : RunState.RUNNING;
    }
    if (states.contains(RunState.FAILED) || states.contains(RunState.REFUSED)) {
      return RunState.FAILED;
    }
    return states.contains(RunState.UNKNOWN) ? RunState.UNKNOWN : RunState.DONE;
  }
}

package dev.pullcord.server.action;

import dev.pullcord.protocol.action.RunState;
import dev.pullcord.protocol.action.RunView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.store.RunTable;
import dev.pullcord.server.store.RunTable.NodePart;
import dev.pullcord.server.store.RunTable.StoredRun;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes what people are shown of runs. */
final class RunViews {
  private RunViews() {}

  static RunView of(StoredRun run, List<RunView.NodeRun> nodes) {
    return new RunView(
        run.id(),
        run.action(),
        run.parameters(),
        state(nodes.stream().map(RunView.NodeRun::state).toList()),
        run.by(),
        run.startedAt(),
        run.endedAt(),
        run.terms(),
        run.cancelledBy(),
        nodes);
  }

  /** Of the store. */
  static RunView stored(StoredRun run, List<NodePart> parts) {
    return of(run, parts.stream().map(RunViews::node).toList());
  }

  /** Without its nodes. */
  static RunView brief(StoredRun run, Map<RunState, Integer> counts) {
    return new RunView(
        run.id(),
        run.action(),
        run.parameters(),
        state(counts.keySet()),
        run.by(),
        run.startedAt(),
        run.endedAt(),
        run.terms(),
        run.cancelledBy(),
        List.of());
  }

  static RunView.NodeRun node(NodePart part) {
    RunTable.Standing standing = part.standing();
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
  private static RunState state(Collection<RunState> nodes) {
    Set<RunState> states = EnumSet.noneOf(RunState.class);
    states.addAll(nodes);
    if (states.contains(RunState.RUNNING) || states.contains(RunState.WAITING)) {
      return states.equals(EnumSet.of(RunState.WAITING)) ? RunState.WAITING : RunState.RUNNING;
    }
    if (states.contains(RunState.FAILED) || states.contains(RunState.REFUSED)) {
      return RunState.FAILED;
    }
    return states.contains(RunState.UNKNOWN) ? RunState.UNKNOWN : RunState.DONE;
  }
}

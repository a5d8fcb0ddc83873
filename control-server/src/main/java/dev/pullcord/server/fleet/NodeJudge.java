package dev.pullcord.server.fleet;

import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.TroubleStart;
import dev.pullcord.server.store.ReportTable;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Gives each node the state that follows from what is known of it. A failure that is tried again
 * has lasted since it was first seen; a node that only took up its labels, or a pin to what it
 * runs, is as it was before. Not safe for threads, as {@link NodeIndex}.
 */
final class NodeJudge {
  private final Instant startedAt;
  private final Map<Long, TroubleStart> troubles = new HashMap<>();
  private final Map<Long, NodeRecord> looking = new HashMap<>();

  /**
   * A judge.
   *
   * @param startedAt the server's start: nobody is offline before that and 45 s
   */
  NodeJudge(Instant startedAt) {
    this.startedAt = startedAt;
  }

  NodeRecord judged(NodeRecord record, Instant now) {
    NodeRecord judged = record.judged(startedAt, now);
    Object target = Arrays.asList(judged.decision().commit(), judged.settings().retry());
    Instant since =
        troubles
            .computeIfAbsent(record.id(), _ -> new TroubleStart())
            .state(judged.state(), target, judged.standing().since());
    return judged.since(calmSince(record, judged, since));
  }

  /**
   * Since when a node is converged that looked at a decision and changed nothing for it.
   *
   * @param before as it was judged last, with what is known now
   */
  private Instant calmSince(NodeRecord before, NodeRecord now, Instant since) {
    switch (now.state()) {
      case CONVERGED -> {
        NodeRecord calm = looking.remove(now.id());
        return calm != null && runs(calm).equals(runs(now)) ? calm.standing().since() : since;
      }
      case WAITING, APPLYING -> {
        if (before.state() == NodeState.CONVERGED) {
          looking.put(now.id(), before);
        }
        looking.computeIfPresent(now.id(), (_, calm) -> isOfItsCommit(calm, now) ? calm : null);
      }
      case NEVER_SEEN, OFFLINE, FAILED, ROLLED_BACK, HELD -> looking.remove(now.id());
    }
    return since;
  }

  private static boolean isOfItsCommit(NodeRecord calm, NodeRecord now) {
    ReportTable.Latest said = calm.said();
    return said != null && Objects.equals(said.status().appliedCommit(), now.decision().commit());
  }

  /** The generations of each worker. */
  private static Map<String, Set<Long>> runs(NodeRecord node) {
    Map<String, Set<Long>> runs = new HashMap<>();
    ReportTable.Latest said = node.said();
    if (said != null) {
      said.status()
          .workers()
          .forEach((name, worker) ->
              runs.put(
                  name,
                  worker.generations().stream()
                      .map(GenerationStatus::number)
                      .collect(Collectors.toSet())));
    }
    return runs;
  }

  /** The same after time has passed: a silent node loses contact, and that is all. */
  NodeRecord later(NodeRecord before, Instant now) {
    boolean isHeardOut =
        before.signals().known() == NodeSignals.Known.SEEN
            && !now.isBefore(startedAt.plus(NodeStates.OFFLINE_AFTER));
    NodeRecord record = isHeardOut ? before.with(before.signals().heardOut()) : before;
    return record.signals().speaks(startedAt, now)
        ? record
        : judged(record.silent(startedAt, now), now);
  }

  void forget(long node) {
    troubles.remove(node);
    looking.remove(node);
  }
}

package dev.pullcord.server.history;

import dev.pullcord.protocol.api.HistoryView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.NodeReport;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A note of what a node said that it runs.
 *
 * @param commit what is active and has passed its health; null for nothing
 * @param ref in force
 * @param workers the generations that live, by worker and number
 */
record RanNote(@Nullable CommitId commit, @Nullable String ref, List<HistoryView.Worker> workers) {
  private static final int WORKERS_MAX = 200;

  /** Copies. */
  RanNote {
    workers = List.copyOf(workers);
  }

  static RanNote of(NodeStatus status) {
    List<HistoryView.Worker> workers = new ArrayList<>();
    status
        .workers()
        .forEach((name, worker) ->
            worker
                .generations()
                .forEach(g ->
                    workers.add(
                        new HistoryView.Worker(name, g.number(), g.commit(), g.startedAt()))));
    workers.sort(
        Comparator.comparing(HistoryView.Worker::worker)
            .thenComparing(HistoryView.Worker::generation));
    return new RanNote(
        status.appliedCommit(),
        status.ref(),
        workers.size() > WORKERS_MAX ? workers.subList(0, WORKERS_MAX) : workers);
  }

  /** Whether both are about the same commit, whichever generations lived. */
  boolean isOfOneRunWith(RanNote other) {
    return Objects.equals(commit, other.commit) && Objects.equals(ref, other.ref);
  }

  /**
   * Since when that is so. A report may come long after: then the node's state says more exactly
   * when it began. No clock that is ahead makes it later than now.
   *
   * @param before the note before this one; null for the first
   */
  static Instant since(NodeReport report, @Nullable Instant before, Instant now) {
    Instant converged = report.status().since();
    boolean exact =
        report.status().state() == NodeState.CONVERGED
            && !converged.isAfter(report.at())
            && (before == null || converged.isAfter(before));
    Instant at = exact ? converged : report.at();
    return at.isAfter(now) ? now : at;
  }
}

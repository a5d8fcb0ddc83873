package dev.pullcord.protocol.api;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.StepRecord;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What ran on a node, and by which decision.
 *
 * @param node its name
 * @param at the moment that was asked for; null when none was
 * @param earliest since when anything is known of the node; null when nothing is
 * @param runs newest first; with a moment the one of that moment, or none
 */
public record HistoryView(
    NodeName node, @Nullable Instant at, @Nullable Instant earliest, List<Run> runs) {
  /** Copies. */
  public HistoryView {
    runs = List.copyOf(runs);
  }

  /**
   * A time in which a node ran one commit.
   *
   * @param from by the node's clock
   * @param until when it ran something else; null while it has not said so
   * @param commit what was active and had passed its health; null for nothing
   * @param ref in force then
   * @param workers that lived at the moment that was asked for, else at the end of this time
   * @param decision why it ran that; null where this server does not know
   * @param passes that led to it, and those that began in this time and led to nothing else
   */
  public record Run(
      Instant from,
      @Nullable Instant until,
      @Nullable CommitId commit,
      @Nullable String ref,
      List<Worker> workers,
      @Nullable Decision decision,
      List<Pass> passes) {
    /** Copies. */
    public Run {
      workers = List.copyOf(workers);
      passes = List.copyOf(passes);
    }
  }

  /**
   * A generation that lived.
   *
   * @param worker whose it was
   * @param generation its number
   * @param commit it was started with
   * @param startedAt when
   */
  public record Worker(String worker, long generation, CommitId commit, Instant startedAt) {}

  /**
   * Why a node ran a commit.
   *
   * @param kind {@code push}, {@code rollout}, {@code gate}, {@code pin}, {@code rollback}, {@code
   *     waiting} or {@code held}
   * @param by who pushed, pinned or rolled back; null where that is nobody
   * @param reason what was said of it; the subject of the commit for a push
   * @param at when it was decided, by the server's clock
   * @param ref the branch, or what the node was pinned to
   * @param commit what it was to run
   * @param deployment that brought it
   * @param until when it was to end by itself
   */
  public record Decision(
      String kind,
      @Nullable String by,
      @Nullable String reason,
      Instant at,
      String ref,
      @Nullable CommitId commit,
      @Nullable Long deployment,
      @Nullable Instant until) {}

  /**
   * A pass of the node.
   *
   * @param number counting up on the node
   * @param commit that it was about
   * @param from when its first step began
   * @param until when its last step ended
   * @param outcome of the last step at fault, else of the last step
   * @param steps without their output
   */
  public record Pass(
      long number,
      CommitId commit,
      Instant from,
      Instant until,
      StepRecord.Outcome outcome,
      List<StepRecord> steps) {
    /** Copies. */
    public Pass {
      steps = List.copyOf(steps);
    }
  }
}

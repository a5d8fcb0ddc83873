package dev.pullcord.protocol.report;

import dev.pullcord.protocol.id.CommitId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One start of one worker, as the agent last saw it.
 *
 * @param number unique on the node, counting up
 * @param pid the worker's process id; 0 where it has none that the agent knows of
 * @param startedAt when it started
 * @param commit the commit it was started with
 * @param phase where it is in its life
 * @param since when it came into that phase; null from an agent of the version before
 * @param tasks that keep it busy; null where that is not known, or nothing to say
 * @param drain what its drain hook last said, while it is not asked to end; null for nothing
 */
public record GenerationStatus(
    long number,
    long pid,
    Instant startedAt,
    CommitId commit,
    GenerationPhase phase,
    @Nullable Instant since,
    @Nullable Tasks tasks,
    @Nullable String drain) {
  /** One of which nothing is known that keeps it from being asked to end. */
  public GenerationStatus(
      long number,
      long pid,
      Instant startedAt,
      CommitId commit,
      GenerationPhase phase,
      @Nullable Instant since,
      @Nullable Tasks tasks) {
    this(number, pid, startedAt, commit, phase, since, tasks, null);
  }

  /** The same, where its tasks are counted and not named. */
  GenerationStatus withoutTaskNames() {
    Tasks counted = tasks == null ? null : new Tasks(tasks.count(), List.of(), tasks.waiting());
    return new GenerationStatus(number, pid, startedAt, commit, phase, since, counted, drain);
  }
}

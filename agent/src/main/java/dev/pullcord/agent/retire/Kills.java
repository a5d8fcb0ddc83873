package dev.pullcord.agent.retire;

import dev.pullcord.agent.decision.Decision;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.GenerationEntry;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.journal.PassNumbers;
import dev.pullcord.agent.status.StepLog;
import dev.pullcord.agent.worker.Workers;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.report.StepRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Kills generations that operators want killed: all of their processes, with SIGKILL. Only one that
 * works or drains: a newcomer goes by itself. Killing is asked for by number, so that whatever was
 * started since is never meant; and by state, so that a kill of the agent in between only means
 * that it is done again.
 */
public final class Kills {
  private static final Duration TRIED_AGAIN_AFTER = Duration.ofMinutes(1);

  private final Workers workers;
  private final Journal journal;
  private final StepLog log;
  private final PassNumbers numbers;
  private final HostClock clock;
  private final Map<Long, Tried> tried = new HashMap<>();

  /**
   * A kill that was done.
   *
   * @param since when it was asked for, by which another order is known
   * @param failed on the monotonic clock; null when it did not
   */
  private record Tried(Instant since, @Nullable Long failed) {}

  /** Of the workers of an agent. */
  public Kills(
      Workers workers, Journal journal, StepLog log, PassNumbers numbers, HostClock clock) {
    this.workers = workers;
    this.journal = journal;
    this.log = log;
    this.numbers = numbers;
    this.clock = clock;
  }

  boolean meant(Generation generation) {
    return tried.containsKey(generation.number());
  }

  /**
   * All that are asked for and live, once; one that failed again in the first pass after a minute.
   * What came of it is in the transcript.
   */
  void run(Decision decision) {
    tried.keySet().retainAll(decision.orders().kills().keySet());
    for (Map.Entry<Long, Orders.Kill> asked : decision.orders().kills().entrySet()) {
      Generation generation = journal.history().generations().get(asked.getKey());
      if (generation != null
          && !generation.newcomer()
          && workers.killable(generation)
          && due(generation, asked.getValue())) {
        StepResult result = kill(generation, asked.getValue(), decision);
        boolean failed = result.outcome() == StepRecord.Outcome.ENVIRONMENT_FAULT;
        tried.put(
            generation.number(),
            new Tried(asked.getValue().since(), failed ? clock.nanos() : null));
      }
    }
  }

  private boolean due(Generation generation, Orders.Kill asked) {
    Tried before = tried.get(generation.number());
    return before == null
        || !before.since().equals(asked.since())
        || (before.failed() != null
            && clock.nanos() - before.failed() >= TRIED_AGAIN_AFTER.toNanos());
  }

  private StepResult kill(Generation generation, Orders.Kill asked, Decision decision) {
    if (decision.commit() == null) {
      return signal(generation, asked); // there is no pass that a step could be of
    }
    StepLog.Pass pass =
        new StepLog.Pass(
            decision, decision.commit(), numbers.begin(decision.commit(), decision.revision()));
    String subject = generation.worker() + " generation " + generation.number() + ", killed";
    StepResult result =
        log.measured(pass, StepRecord.Kind.DRAIN, subject, () -> signal(generation, asked));
    numbers.end();
    return result;
  }

  private StepResult signal(Generation generation, Orders.Kill asked) {
    return StepResult.guarded(() -> {
      journal.append(
          new GenerationEntry.KillIntent(
              generation.number(), clock.now(), asked.by(), asked.reason()));
      int sent = workers.kill(generation);
      return StepResult.abandoned(
          "killed by %s: %s".formatted(asked.by(), asked.reason()),
          "killed by %s: %s%nSIGKILL to all of its processes; sent: %d"
              .formatted(asked.by(), asked.reason(), sent));
    });
  }
}

package dev.pullcord.agent.retire;

import dev.pullcord.agent.channel.Decision;
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
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Kills generations that operators want killed: all of their processes, with SIGKILL. Only one that
 * works or drains: a newcomer goes by itself. Killing is asked for by number, so that whatever was
 * started since is never meant; and by state, so that a kill of the agent in between only means
 * that it is done again.
 */
public final class Kills {
  private final Workers workers;
  private final Journal journal;
  private final StepLog log;
  private final PassNumbers numbers;
  private final HostClock clock;
  private final Set<Long> done = new HashSet<>();

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
    return done.contains(generation.number());
  }

  /** All that are asked for and live; what came of it is in the transcript. */
  void run(Decision decision) {
    done.retainAll(decision.orders().kills().keySet());
    for (Map.Entry<Long, Orders.Kill> asked : decision.orders().kills().entrySet()) {
      Generation generation = journal.history().generations().get(asked.getKey());
      if (generation != null
          && !generation.newcomer()
          && workers.killable(generation)
          && done.add(generation.number())) {
        kill(generation, asked.getValue(), decision);
      }
    }
  }

  private void kill(Generation generation, Orders.Kill asked, Decision decision) {
    if (decision.commit() == null) {
      signal(generation, asked); // there is no pass that a step could be of
      return;
    }
    StepLog.Pass pass =
        new StepLog.Pass(
            decision, decision.commit(), numbers.begin(decision.commit(), decision.revision()));
    String subject = generation.worker() + " generation " + generation.number() + ", killed";
    log.measured(pass, StepRecord.Kind.DRAIN, subject, () -> signal(generation, asked));
    numbers.end();
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

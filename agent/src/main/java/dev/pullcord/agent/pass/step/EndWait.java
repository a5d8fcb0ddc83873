package dev.pullcord.agent.pass.step;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.GenerationEntry;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.plan.Step;
import dev.pullcord.agent.retire.Dismissal;
import dev.pullcord.agent.worker.Charges;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.agent.worker.WorkerWords;
import dev.pullcord.agent.worker.Workers;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Waits for generations that are to end before a plan goes on: without limit, and never by force.
 * While it waits it asks those to end that have come to hold nothing, and it gives way to whatever
 * wakes the loop: the next pass goes on waiting if there is still reason to.
 */
public final class EndWait {
  private static final Duration FIRST_LOOK = Duration.ofMillis(5);
  private static final Duration LAST_LOOK = Duration.ofMillis(200);
  private static final Duration LAST_LOOK_AT_REST = Duration.ofSeconds(1);

  private final Workers workers;
  private final WorkerWords words;
  private final Charges charges;
  private final Dismissal dismissal;
  private final Set<Long> draining = new TreeSet<>();

  /** For workers of an agent. */
  public EndWait(Workers workers, WorkerWords words, Charges charges, Dismissal dismissal) {
    this.workers = workers;
    this.words = words;
    this.charges = charges;
    this.dismissal = dismissal;
  }

  /**
   * Asks all generations that a plan drains to end, so that they do so at the same time. One that
   * still holds work is asked while the plan waits for it.
   */
  public StepResult askAll(List<Step> steps, StepScope scope) {
    draining.clear();
    for (Step step : steps) {
      if (step instanceof Step.Drain(long number)) {
        draining.add(number);
      }
    }
    return askThoseThatCan(scope);
  }

  /** Asks another one. */
  void alone(Generation generation) {
    draining.clear();
    draining.add(generation.number());
  }

  private StepResult askThoseThatCan(StepScope scope) {
    List<Generation> left =
        scope.history().generations().values().stream()
            .filter(g -> draining.contains(g.number()) && g.phase() != Generation.Phase.TERM_SENT)
            .toList();
    return left.isEmpty()
        ? StepResult.ok("")
        : dismissal.soon(left, scope.ref(), scope::overtaken).result();
  }

  /** Waits until a generation is gone, and shows meanwhile what is waited for. */
  StepResult until(Generation generation, Supplier<String> text, StepScope scope) {
    Duration look = FIRST_LOOK;
    boolean left = false;
    Optional<WorkerKind.Drain> told = Optional.empty();
    while (workers.alive(generation)) {
      if (!workers.works(generation)) {
        if (!left) {
          scope.show(text.get());
        }
        left = true;
        workers.terminateRest(generation);
      }
      StepResult asked = askThoseThatCan(scope);
      if (!asked.succeeded()) {
        return asked;
      }
      Optional<WorkerKind.Drain> now = charges.drain(generation);
      if (!now.equals(told)) {
        scope.show(text.get());
      }
      told = now;
      boolean woken = scope.awaitWakeUp(look);
      if (woken && workers.alive(generation)) {
        scope.report();
        return StepResult.abandoned(text.get(), "");
      }
      Duration last = left ? LAST_LOOK_AT_REST : LAST_LOOK;
      look = look.multipliedBy(2).compareTo(last) < 0 ? look.plusMillis(5) : last;
      scope.reportIfDue();
    }
    return StepResult.ok("");
  }

  /** {@code draining pid 17 since …}. */
  String text(Generation generation) {
    String text = words.draining(generation);
    String since =
        generation.hasWork() // since now
            ? ""
            : " since " + generation.since().truncatedTo(ChronoUnit.SECONDS);
    return text + since + charges.drain(generation).map(drain -> ": " + drain.text()).orElse("");
  }

  /** Notes that a generation is gone. */
  StepResult ended(Generation generation, StepScope scope) {
    scope.note(new GenerationEntry.Exited(generation.number(), scope.now()));
    String pid = generation.process() == null ? "" : " (pid " + generation.process().pid() + ")";
    return StepResult.exited(
        workers.exitCode(generation).orElse(null),
        "generation %d%s ended; asked at %s%n%s"
            .formatted(generation.number(), pid, generation.since(), words.logTail(generation)));
  }
}

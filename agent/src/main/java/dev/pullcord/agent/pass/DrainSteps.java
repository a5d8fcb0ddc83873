package dev.pullcord.agent.pass;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.Signal;
import dev.pullcord.agent.journal.AgentHistory;
import dev.pullcord.agent.journal.Entry;
import dev.pullcord.agent.journal.Generation;
import dev.pullcord.agent.plan.Step;
import dev.pullcord.agent.plan.StepResult;
import dev.pullcord.agent.status.StatusBoard;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Waits for generations that are to end before a plan goes on. While it waits it asks those to end
 * that have come to hold nothing, and it gives way to whatever wakes the loop.
 */
final class DrainSteps {
  private static final int LOG_TAIL_BYTES = 16 << 10;
  private static final Duration FIRST_LOOK = Duration.ofMillis(5);
  private static final Duration LAST_LOOK = Duration.ofMillis(200);
  private static final Duration LAST_LOOK_AT_REST = Duration.ofSeconds(1);

  private final HostClock clock;
  private final Tools tools;
  private final StepLog log;
  private final StatusBoard board;
  private final Interruptions interruptions;
  private final Dismissal dismissal;
  private final Set<Long> draining = new TreeSet<>();

  DrainSteps(
      HostClock clock,
      Tools tools,
      StepLog log,
      StatusBoard board,
      Interruptions interruptions,
      Dismissal dismissal) {
    this.clock = clock;
    this.tools = tools;
    this.log = log;
    this.board = board;
    this.interruptions = interruptions;
    this.dismissal = dismissal;
  }

  /**
   * Asks all generations that a plan drains to end, so that they do so at the same time. One that
   * still holds work is asked while the plan waits for it.
   */
  StepResult terminate(List<Step> steps, PassContext pass) {
    draining.clear();
    for (Step step : steps) {
      if (step instanceof Step.Drain(long number)) {
        draining.add(number);
      }
    }
    return askThoseThatCan(pass);
  }

  private StepResult askThoseThatCan(PassContext pass) {
    List<Generation> left =
        history().generations().values().stream()
            .filter(g -> draining.contains(g.number()) && g.phase() != Generation.Phase.TERM_SENT)
            .toList();
    return left.isEmpty()
        ? StepResult.ok("")
        : dismissal.soon(left, ref(pass), () -> interruptions.overtakes(pass.decision())).result();
  }

  /**
   * Waits until a generation has ended. Without limit, and never by force; but whatever wakes the
   * loop gets its turn, and the next pass goes on waiting if there is still reason to.
   */
  StepResult drain(long number, PassContext pass) {
    Generation generation = history().generations().get(number);
    if (generation == null) {
      return StepResult.ok("");
    }
    show(drainText(generation), pass);
    StepLog.Clocked clocked =
        log.begins(
            log.clockedFrom(generation.since()), pass, StepRecord.Kind.DRAIN, generation.worker());
    StepResult gone = awaitEnd(generation, () -> drainText(generation), pass);
    if (!gone.succeeded()) {
      return gone;
    }
    StepResult result =
        StepRunner.guarded(() -> {
          tools.journal().append(new Entry.Exited(number, clock.now()));
          return new StepResult(
              StepRecord.Outcome.OK,
              "",
              tools.workers().exitCode(generation).orElse(null),
              "generation %d%s ended; asked at %s%n%s"
                  .formatted(
                      number,
                      generation.process() == null
                          ? ""
                          : " (pid " + generation.process().pid() + ")",
                      generation.since(),
                      tools.workers().logTail(generation, LOG_TAIL_BYTES)));
        });
    return log.ended(clocked, pass, StepRecord.Kind.DRAIN, generation.worker(), result);
  }

  private StepResult awaitEnd(Generation generation, Supplier<String> text, PassContext pass) {
    Signal signal = interruptions.signal();
    Duration look = FIRST_LOOK;
    boolean left = false;
    Optional<WorkerKind.Drain> said = Optional.empty();
    while (tools.workers().alive(generation)) {
      if (!tools.workers().works(generation)) {
        if (!left) {
          show(text.get(), pass);
        }
        left = true;
        tools.workers().terminateRest(generation);
      }
      StepResult asked = askThoseThatCan(pass);
      if (!asked.succeeded()) {
        return asked;
      }
      Optional<WorkerKind.Drain> now = tools.drain(generation);
      if (!now.equals(said)) {
        show(text.get(), pass);
      }
      said = now;
      boolean woken = clock.await(signal, interruptions.seen(), look);
      if (woken && tools.workers().alive(generation)) {
        board.report(pass.decision());
        return StepResult.abandoned(text.get(), "");
      }
      Duration last = left ? LAST_LOOK_AT_REST : LAST_LOOK;
      look = look.multipliedBy(2).compareTo(last) < 0 ? look.plusMillis(5) : last;
      board.reportIfDue(pass.decision());
    }
    return StepResult.ok("");
  }

  private String drainText(Generation generation) {
    String text = tools.workers().draining(generation);
    String since =
        generation.hasWork() // since now
            ? ""
            : " since " + generation.since().truncatedTo(ChronoUnit.SECONDS);
    return text + since + tools.drain(generation).map(drain -> ": " + drain.text()).orElse("");
  }

  /** Waits until one more may finish its work; whatever wakes the loop gets its turn. */
  StepResult awaitRoom(String name, int most, PassContext pass) {
    return StepRunner.guarded(() -> {
      List<Generation> all = history().generationsOf(name);
      while (all.size() > most) {
        String text =
            "%d generations of %s drain, at most %d may: waiting until one has ended"
                .formatted(all.stream().filter(g -> !g.hasWork()).count(), name, most);
        show(text, pass);
        Generation first = firstToEnd(all);
        draining.clear();
        draining.add(first.number());
        StepResult gone = awaitEnd(first, () -> text, pass);
        if (!gone.succeeded()) {
          return gone;
        }
        tools.journal().append(new Entry.Exited(first.number(), clock.now()));
        all = history().generationsOf(name);
      }
      return StepResult.ok("");
    });
  }

  /**
   * The oldest that was asked to end, or else the oldest that stands by: of more than one
   * generation at most one has the work, and that one is never asked to make room.
   */
  private static Generation firstToEnd(List<Generation> newestFirst) {
    return newestFirst.reversed().stream()
        .filter(Generation::askedToEnd)
        .findFirst()
        .or(() -> newestFirst.reversed().stream().filter(g -> !g.hasWork()).findFirst())
        .orElseThrow();
  }

  private static String ref(PassContext pass) {
    return pass.goal() == null ? "" : pass.goal().ref();
  }

  private AgentHistory history() {
    return tools.journal().history();
  }

  private void show(String what, PassContext pass) {
    board.show(NodeState.APPLYING, what, history(), pass.decision());
    board.reportIfDue(pass.decision());
  }
}

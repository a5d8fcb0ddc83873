package dev.pullcord.agent.pass;

import dev.pullcord.agent.channel.Decision;
import dev.pullcord.agent.journal.AgentHistory;
import dev.pullcord.agent.journal.Generation;
import dev.pullcord.agent.journal.WorkerDefinition;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.plan.Planner;
import dev.pullcord.agent.plan.StepResult;
import dev.pullcord.agent.worker.Kinds;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.unit.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Those that are asked to end apart from any plan, so that nobody waits for them: workers that an
 * operator stopped, at the beginning of a pass, and whatever an overlap has left behind, after one
 * that ended well.
 */
final class Leaving {
  private final Tools tools;
  private final WorkerSteps steps;
  private final Killing killing;
  private final Consumer<Duration> wake;
  private @Nullable Decision decision;
  private Orders orders = Orders.NONE;

  Leaving(Tools tools, WorkerSteps steps, Killing killing, Consumer<Duration> wake) {
    this.tools = tools;
    this.steps = steps;
    this.killing = killing;
    this.wake = wake;
  }

  /**
   * A pass on this decision begins: what is to be killed is killed, and what is stopped is asked to
   * end, whatever else it does.
   */
  StepResult begins(@Nullable Decision now) {
    decision = now;
    orders = now == null ? Orders.NONE : now.orders();
    if (now != null) {
      killing.run(now);
    }
    StepResult noted = noted();
    return !noted.succeeded()
        ? noted
        : dismiss(
            history().generations().values().stream()
                .filter(g -> orders.stopped().containsKey(g.worker()))
                .filter(g -> g.phase() != Generation.Phase.TERM_SENT)
                .toList());
  }

  /** Whether the end of a generation was asked for, so that it is nobody's fault. */
  boolean meant(Generation generation) {
    return killing.meant(generation);
  }

  /** A goal as operators want it. */
  Goal ordered(Goal goal) {
    return goal.ordered(orders);
  }

  /** Those that are to end and do not have to any more than that. */
  List<Generation> all() {
    return Planner.retiring(history(), orders.stopped().keySet());
  }

  /** After a pass: a fault of the disk, or nothing. */
  StepResult after(PassResult result) {
    if (!result.settled()) {
      return StepResult.ok("");
    }
    StepResult noted = noted();
    return noted.succeeded() ? dismiss(all()) : noted;
  }

  /** What a boot is to bring back, which is nothing that is stopped. */
  private StepResult noted() {
    return StepRunner.guarded(() -> {
      tools.workers().promoted(orders.stopped().keySet());
      return StepResult.ok("");
    });
  }

  /** The result, with what people have to know of workers that are stopped or drain too long. */
  PassResult told(PassResult result, Instant now) {
    return undrained(overdue(held(result), now));
  }

  private PassResult held(PassResult result) {
    if (result.state() != NodeState.CONVERGED) {
      return result;
    }
    String stopped =
        history().activeRelease().stream()
            .flatMap(release -> release.workers().keySet().stream())
            .flatMap(worker ->
                Optional.ofNullable(orders.stopped().get(worker)).stream()
                    .map(stop -> "worker " + worker + " " + stop.text() + left(worker)))
            .collect(Collectors.joining("; "));
    if (stopped.isEmpty()) {
      return result;
    }
    // Stopped is said of a worker once nothing of it runs that nobody reckons with.
    return stopped.contains("; draining ")
        ? new PassResult(NodeState.APPLYING, stopped, ExitCode.TIMEOUT)
        : new PassResult(NodeState.HELD, stopped, ExitCode.DONE);
  }

  /** What the main processes of a worker that is stopped have left behind. */
  private String left(String worker) {
    return history().generationsOf(worker).stream()
        .filter(g -> g.runner().knowsTheProcess() && !tools.workers().works(g))
        .map(g ->
            "; "
                + tools.workers().draining(g)
                + " since "
                + g.since().truncatedTo(ChronoUnit.SECONDS))
        .collect(Collectors.joining());
  }

  private PassResult overdue(PassResult result, Instant now) {
    String late =
        history().generations().values().stream()
            .filter(g -> !g.hasWork() && !g.newcomer())
            .flatMap(g ->
                alertAfter(g)
                    .filter(after -> now.isAfter(g.since().plus(after)))
                    .map(after -> text(g, after))
                    .stream())
            .collect(Collectors.joining("; "));
    return late.isEmpty()
        ? result
        : new PassResult(
            result.state(), result.reason() + "; " + late, result.retryAt(), result.exit());
  }

  /** While a generation cannot be drained, somebody has to do something. */
  private PassResult undrained(PassResult result) {
    String failed =
        history().generations().values().stream()
            .filter(g -> !g.hasWork() && !g.signalled())
            .flatMap(g ->
                tools
                    .drain(g)
                    .filter(WorkerKind.Drain::failed)
                    .map(drain ->
                        "worker %s: generation %d is not asked to end: %s"
                            .formatted(g.worker(), g.number(), drain.text()))
                    .stream())
            .collect(Collectors.joining("; "));
    return failed.isEmpty() || result.state() != NodeState.CONVERGED
        ? result
        : PassResult.failed(failed);
  }

  private static String text(Generation generation, Duration after) {
    return "%s generation %d drains since %s, longer than alert-after %s"
        .formatted(
            generation.worker(),
            generation.number(),
            generation.since().truncatedTo(ChronoUnit.SECONDS),
            Durations.format(after));
  }

  /** As the manifest has it now, or had it when the generation was started. */
  private Optional<Duration> alertAfter(Generation generation) {
    return history()
        .activeRelease()
        .map(release -> release.workers().get(generation.worker()))
        .map(WorkerDefinition::spec)
        .or(() -> Kinds.startedAs(generation, history()))
        .map(spec -> spec.drainOrDefault().alertAfter());
  }

  private StepResult dismiss(List<Generation> generations) {
    if (generations.isEmpty()) {
      return StepResult.ok("");
    }
    Dismissal.Asked asked = steps.dismiss(generations, decision);
    if (asked.again() != null) {
      wake.accept(asked.again());
    }
    return asked.result();
  }

  private AgentHistory history() {
    return tools.journal().history();
  }
}

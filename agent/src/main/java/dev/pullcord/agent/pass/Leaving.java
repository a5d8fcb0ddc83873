package dev.pullcord.agent.pass;

import dev.pullcord.agent.channel.Decision;
import dev.pullcord.agent.journal.AgentHistory;
import dev.pullcord.agent.journal.Generation;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.plan.Planner;
import dev.pullcord.agent.plan.StepResult;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.report.NodeState;
import java.time.Duration;
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
  private final Consumer<Duration> wake;
  private @Nullable Decision decision;
  private Orders orders = Orders.NONE;

  Leaving(Tools tools, WorkerSteps steps, Consumer<Duration> wake) {
    this.tools = tools;
    this.steps = steps;
    this.wake = wake;
  }

  /** A pass on this decision begins: what is stopped is asked to end, whatever else it does. */
  StepResult begins(@Nullable Decision now) {
    decision = now;
    orders = now == null ? Orders.NONE : now.orders();
    return dismiss(
        history().generations().values().stream()
            .filter(g -> orders.stopped().containsKey(g.worker()))
            .filter(g -> g.phase() != Generation.Phase.TERM_SENT)
            .toList());
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
    StepResult noted =
        StepRunner.guarded(() -> {
          tools.workers().promoted();
          return StepResult.ok("");
        });
    return noted.succeeded() ? dismiss(all()) : noted;
  }

  /** The result, or, where all is well but for a worker that is stopped, that. */
  PassResult held(PassResult result) {
    if (result.state() != NodeState.CONVERGED) {
      return result;
    }
    String stopped =
        history().activeRelease().stream()
            .flatMap(release -> release.workers().keySet().stream())
            .flatMap(worker ->
                Optional.ofNullable(orders.stopped().get(worker)).stream()
                    .map(stop -> "worker " + worker + " " + stop.text()))
            .collect(Collectors.joining("; "));
    return stopped.isEmpty() ? result : new PassResult(NodeState.HELD, stopped, ExitCode.DONE);
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

package dev.pullcord.agent.pass;

import dev.pullcord.agent.decision.Decision;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.retire.Dismissal;
import dev.pullcord.agent.retire.Retirement;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.agent.worker.Observation;
import dev.pullcord.agent.worker.WorkerWatch;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks after the workers before a pass and after it, whatever its plan is. What it finds goes into
 * the result of the pass, and says when the loop has to wake.
 */
public final class WorkerRound {
  private final Observation observation;
  private final WorkerWatch watch;
  private final Retirement retirement;
  private final Retries retries;
  private final HostClock clock;

  /** With these. */
  public WorkerRound(
      Observation observation,
      WorkerWatch watch,
      Retirement retirement,
      Retries retries,
      HostClock clock) {
    this.observation = observation;
    this.watch = watch;
    this.retirement = retirement;
    this.retries = retries;
    this.clock = clock;
  }

  /** Whether somebody else ends a worker: the next pass is due at once. */
  boolean disturbed() {
    return observation.disturbed();
  }

  /** Before a pass: notes who has ended, and ends whoever is stopped or killed. */
  StepResult before(@Nullable Decision decision) throws IOException {
    observation.look();
    return asked(retirement.begins(decision));
  }

  /** After a pass: the result, with what is to be known of the workers. */
  PassResult after(PassResult reached, @Nullable Decision decision) throws IOException {
    PassResult result = reached;
    if (reached.settled() || reached.state() == NodeState.FAILED) {
      StepResult retired = asked(reached.settled() ? retirement.after() : retirement.withdrawn());
      result = retired.succeeded() ? reached : retries.diskFault(retired.reason());
    }
    result = complaint(result, decision == null ? "" : decision.ref());
    watch.again(result.state() == NodeState.FAILED).ifPresent(retries::wake);
    result = replaced(undrained(overdue(stopped(result))));
    observation.again().ifPresent(retries::wake);
    return result;
  }

  private StepResult asked(Dismissal.Asked asked) {
    if (asked.again() != null) {
      retries.wake(asked.again());
    }
    return asked.result();
  }

  private PassResult complaint(PassResult result, String ref) throws IOException {
    if (!result.settled()) {
      return result;
    }
    WorkerWatch.Sight seen = watch.look(ref, retirement.all());
    if (!seen.complaint().isEmpty()) {
      return new PassResult(NodeState.FAILED, seen.complaint(), seen.until(), ExitCode.FAILED);
    }
    return seen.unproven().isEmpty()
        ? result
        : result.but("unproven: " + String.join(", ", seen.unproven()));
  }

  /** Stopped is said of a worker once nothing of it runs that nobody reckons with. */
  private PassResult stopped(PassResult result) {
    Optional<Retirement.Stopped> stopped = retirement.stopped();
    if (result.state() != NodeState.CONVERGED || stopped.isEmpty()) {
      return result;
    }
    return stopped.get().draining()
        ? new PassResult(NodeState.APPLYING, stopped.get().text(), ExitCode.TIMEOUT)
        : new PassResult(NodeState.HELD, stopped.get().text(), ExitCode.DONE);
  }

  private PassResult overdue(PassResult result) {
    String late = retirement.overdue(clock.now());
    return late.isEmpty() ? result : result.and(late);
  }

  private PassResult undrained(PassResult result) {
    String failed = retirement.undrained();
    return failed.isEmpty() || result.state() != NodeState.CONVERGED
        ? result
        : PassResult.failed(failed);
  }

  private PassResult replaced(PassResult result) {
    PassResult told = result;
    for (String one : observation.replaced()) {
      told = result.state() == NodeState.CONVERGED ? told.but(one) : told;
    }
    return told;
  }
}

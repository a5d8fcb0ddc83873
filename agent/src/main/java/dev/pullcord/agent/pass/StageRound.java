package dev.pullcord.agent.pass;

import dev.pullcord.agent.decision.Decision;
import dev.pullcord.agent.envfile.EnvFiles;
import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.pass.step.FetchCommit;
import dev.pullcord.agent.pass.step.StepScope;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.plan.Outlook;
import dev.pullcord.agent.plan.PassMode;
import dev.pullcord.agent.plan.Plan;
import dev.pullcord.agent.plan.Planner;
import dev.pullcord.agent.plan.Step;
import dev.pullcord.agent.source.Snapshot;
import dev.pullcord.agent.source.SourceResult;
import dev.pullcord.agent.stage.DriftWatch;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.agent.worker.FlapGuard;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StageStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gets the commit ready that the server may let this node switch to later: stages it, prepares and
 * checks it, and has its newcomers prove themselves and stand by. Never switches, and touches
 * nothing that has work. After a pass that has settled, so that what runs comes first.
 *
 * <p>The journal and the disk say how far it is. So a pass after the server's go finds all of this
 * done, and a kill of the agent costs a check that is run again. Whether the commit was found at
 * fault is kept in memory alone: after a start of the agent it is tried once more.
 */
public final class StageRound {
  private final FetchCommit fetch;
  private final LocalGoals goals;
  private final PlanRunner plans;
  private final Retries retries;
  private final DriftWatch drift;
  private final StepScope.Means means;
  private final HostClock clock;
  private @Nullable Goal ready;
  private @Nullable Fault fault;
  private @Nullable StageStatus status;

  /** With these. */
  public StageRound(
      FetchCommit fetch,
      LocalGoals goals,
      PlanRunner plans,
      Retries retries,
      DriftWatch drift,
      StepScope.Means means) {
    this.fetch = fetch;
    this.goals = goals;
    this.plans = plans;
    this.retries = retries;
    this.drift = drift;
    this.means = means;
    this.clock = means.clock();
  }

  /**
   * What came of the last try.
   *
   * @param commit of which
   * @param retry the count of the operators' retries then
   * @param inARow so many tries failed
   * @param dueAt when it is tried again, on the monotonic clock; null when it is not
   */
  private record Fault(
      CommitId commit, long retry, int inARow, String reason, @Nullable Long dueAt) {}

  /** An operator at this node wants what failed tried again. */
  void forget() {
    fault = null;
  }

  /** After a pass: its result, with what is to be known of the commit that is to be ready. */
  PassResult after(PassResult result, @Nullable Decision decision) {
    CommitId stage = decision == null ? null : decision.stage();
    if (decision == null || stage == null || stage.equals(decision.commit())) {
      show(null);
      ready = null;
      return result;
    }
    if (result.state() == NodeState.APPLYING) {
      return result;
    }
    StageStatus now = getReady(decision, stage);
    show(now);
    if (now.state() == StageStatus.State.HELD && result.state() == NodeState.CONVERGED) {
      return PassResult.held(now.reason());
    }
    return result.but(words(now));
  }

  private static String words(StageStatus now) {
    String commit = now.commit().abbreviated();
    return switch (now.state()) {
      case READY -> commit + " is ready, and waits for the server's go";
      case PREPARING -> commit + " is not ready: " + now.reason();
      case FAILED -> commit + " cannot be got ready: " + now.reason();
      case HELD -> commit + " is held: " + now.reason();
    };
  }

  private void show(@Nullable StageStatus now) {
    StageStatus before = status;
    if (now != null
        && before != null
        && before.commit().equals(now.commit())
        && before.state() == now.state()) {
      status = new StageStatus(now.commit(), now.state(), now.reason(), before.since());
    } else {
      status = now;
    }
    means.board().staged(status);
  }

  private StageStatus getReady(Decision decision, CommitId stage) {
    Optional<String> forbidden =
        Optional.ofNullable(means.journal().history().quarantine())
            .filter(q -> q.forbids(stage, decision.retry(), decision.labels()))
            .map(q -> q.reason());
    if (forbidden.isPresent()) {
      return status(stage, StageStatus.State.FAILED, forbidden.get());
    }
    Fault last = fault;
    if (last != null && last.commit.equals(stage) && last.retry == decision.retry()) {
      Long due = last.dueAt;
      if (due == null) {
        return status(stage, StageStatus.State.FAILED, last.reason);
      }
      Duration left = Duration.ofNanos(due - clock.nanos());
      if (left.isPositive()) {
        retries.wake(left);
        return status(stage, StageStatus.State.PREPARING, last.reason);
      }
    }
    SourceResult read = fetch.of(stage, decision.labels(), () -> fetching(decision, stage));
    return switch (goals.preparable(read)) {
      case SourceResult.Obtained(Snapshot snapshot, String _) -> of(snapshot, decision);
      case SourceResult.Refused(String reason, String _) -> failed(decision, stage, reason);
      case SourceResult.Unavailable(String reason, String _) -> again(decision, stage, reason);
    };
  }

  private StepScope fetching(Decision decision, CommitId stage) {
    StepScope scope = plans.scope(new StepScope.Aim(decision, null, null, PassMode.STAGE));
    scope.showAndReport("fetching " + stage.abbreviated() + " to get it ready");
    return scope;
  }

  private StageStatus of(Snapshot snapshot, Decision decision) {
    CommitId stage = snapshot.commit();
    EnvFiles.Local local = goals.local(goals.of(snapshot, decision.ref()));
    if (local.forbidden() != null) {
      return status(stage, StageStatus.State.HELD, local.forbidden());
    }
    if (local.problem() != null) {
      return again(decision, stage, local.problem());
    }
    Goal goal = drift.sound(local.goal());
    Optional<String> held = goals.refused(goal).or(() -> goals.onlyPlans(() -> would(goal)));
    if (held.isPresent()) {
      return status(stage, StageStatus.State.HELD, held.get());
    }
    List<Step> steps = Planner.beside(goal, history());
    Optional<Step.AwaitRoom> full =
        steps.stream()
            .filter(Step.AwaitRoom.class::isInstance)
            .map(Step.AwaitRoom.class::cast)
            .findFirst();
    if (full.isPresent()) {
      return again(decision, stage, full.get().worker() + " has too many generations that drain");
    }
    boolean known = goal.equals(ready) && steps.stream().allMatch(Step.Check.class::isInstance);
    if (known && Planner.unwantedOf(goal, stage, history()).isEmpty()) {
      return status(stage, StageStatus.State.READY, standingBy(goal));
    }
    return run(decision, goal, steps, snapshot);
  }

  private String would(Goal goal) {
    return Planner.towards(goal, history()) instanceof Plan.Steps plan
        ? "noop: would " + Outlook.of(goal, plan, history()).would()
        : "noop";
  }

  private StageStatus run(Decision decision, Goal goal, List<Step> steps, Snapshot snapshot) {
    if (goal.equals(ready)) {
      ready = null;
      return again(decision, goal.commit(), "a newcomer has ended while it stood by");
    }
    StepScope.Aim aim = new StepScope.Aim(decision, goal, snapshot, PassMode.STAGE);
    PlanRunner.Ended ended = plans.run(aim, steps);
    plans.ended();
    String reason = ended.result().reason();
    return switch (ended.result().outcome()) {
      case OK -> {
        Goal now = drift.sound(goals.usable(snapshot, decision.ref()));
        ready = now;
        fault = null;
        yield status(now.commit(), StageStatus.State.READY, standingBy(now));
      }
      case ABANDONED -> status(snapshot.commit(), StageStatus.State.PREPARING, reason);
      case RELEASE_FAULT -> failed(decision, snapshot.commit(), reason);
      case ENVIRONMENT_FAULT -> again(decision, snapshot.commit(), reason);
    };
  }

  /** The commit is at fault: its newcomers end, and it is not tried again. */
  private StageStatus failed(Decision decision, CommitId stage, String reason) {
    fault = new Fault(stage, decision.retry(), 1, reason, null);
    StepResult ended = plans.dismissStaged(stage, decision);
    String more = ended.succeeded() ? "" : "; " + ended.reason();
    return status(stage, StageStatus.State.FAILED, reason + more);
  }

  private StageStatus again(Decision decision, CommitId stage, String reason) {
    Fault last = fault;
    int inARow = last != null && last.commit.equals(stage) ? last.inARow + 1 : 1;
    Duration delay = FlapGuard.delay(inARow);
    String text = reason + " (again in " + delay.toSeconds() + " s)";
    fault = new Fault(stage, decision.retry(), inARow, text, clock.nanos() + delay.toNanos());
    retries.wake(delay);
    return status(stage, StageStatus.State.PREPARING, text);
  }

  /** What is ready, in a few words. */
  private String standingBy(Goal goal) {
    List<String> newcomers =
        history().generations().values().stream()
            .filter(g -> g.standsByFor(goal.commit()))
            .map(g -> g.worker() + " generation " + g.number())
            .toList();
    return newcomers.isEmpty()
        ? "staged and checked"
        : "staged and checked, standing by: " + String.join(", ", newcomers);
  }

  private StageStatus status(CommitId stage, StageStatus.State state, String reason) {
    return new StageStatus(stage, state, reason, clock.now());
  }

  private AgentHistory history() {
    return means.journal().history();
  }
}

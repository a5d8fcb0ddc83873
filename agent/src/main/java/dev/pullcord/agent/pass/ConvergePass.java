package dev.pullcord.agent.pass;

import dev.pullcord.agent.activate.Quarantines;
import dev.pullcord.agent.decision.Decision;
import dev.pullcord.agent.decision.Interruptions;
import dev.pullcord.agent.envfile.EnvFiles;
import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Applied;
import dev.pullcord.agent.history.Entry;
import dev.pullcord.agent.history.Quarantine;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.pass.step.FetchCommit;
import dev.pullcord.agent.pass.step.StepScope;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.plan.Outlook;
import dev.pullcord.agent.plan.PassMode;
import dev.pullcord.agent.plan.Plan;
import dev.pullcord.agent.plan.Planner;
import dev.pullcord.agent.plan.Step;
import dev.pullcord.agent.source.Snapshot;
import dev.pullcord.agent.source.Source;
import dev.pullcord.agent.source.SourceResult;
import dev.pullcord.agent.stage.DriftWatch;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.agent.status.StatusBoard;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs one whole pass: look (who lives, what is active), choose a goal, plan, apply, settle. It
 * depends on nothing but the journal, the world and the decision, never on what woke it, so that a
 * pass after a kill is a pass like any other. With nothing to do it writes nothing.
 *
 * <p>{@link GoalChoice} says where a pass goes, {@link Planner} by which steps, {@link FaultPolicy}
 * what becomes of a step that failed.
 */
public final class ConvergePass {
  private final FetchCommit fetch;
  private final StageRound stages;
  private final Interruptions interruptions;
  private final Journal journal;
  private final StatusBoard board;
  private final WorkerRound round;
  private final LocalGoals goals;
  private final PlanRunner plans;
  private final Retries retries;
  private final DriftWatch drift;
  private final Quarantines quarantines;
  private final ReleaseRepair repair;
  private final WayBack back;
  private boolean applied;

  /** Of an agent. */
  public ConvergePass(
      Source source,
      StepScope.Means means,
      WorkerRound round,
      LocalGoals goals,
      PlanRunner plans,
      Retries retries,
      DriftWatch drift) {
    this.fetch = new FetchCommit(source);
    this.stages = new StageRound(fetch, goals, plans, retries, drift, means);
    this.interruptions = means.interruptions();
    this.journal = means.journal();
    this.board = means.board();
    this.round = round;
    this.goals = goals;
    this.plans = plans;
    this.retries = retries;
    this.drift = drift;
    this.quarantines = new Quarantines(journal, means.clock());
    this.repair = new ReleaseRepair(journal, drift, source, retries, goals, this::apply);
    this.back = new WayBack(journal, repair, goals, plans, this::apply);
  }

  /** Runs it. */
  public PassResult run() {
    Decision decision = interruptions.passBegins();
    retries.passBegins();
    applied = false;
    PassResult result;
    try {
      StepResult looked = look(decision);
      PassResult reached =
          looked.succeeded() ? chooseGoal(decision) : retries.diskFault(looked.reason());
      result = stages.after(round.after(reached, decision), decision);
    } catch (IOException e) {
      result = retries.diskFault(FileFault.of(e));
    } catch (UncheckedIOException e) {
      result = retries.diskFault(FileFault.of(e));
    }
    return settle(linked(result), decision);
  }

  /** In the midst of a switch the links of both releases may be needed. */
  private PassResult linked(PassResult reached) {
    Optional<String> problem =
        reached.state() == NodeState.APPLYING ? Optional.empty() : goals.linked();
    if (problem.isEmpty()) {
      return reached;
    }
    return reached.state() == NodeState.CONVERGED
        ? retries.environmentFault("links", problem.get())
        : reached.and(problem.get());
  }

  // Look.

  private StepResult look(@Nullable Decision decision) throws IOException {
    if (interruptions.serveRetry(quarantines::end)) {
      retries.forgetAll();
      stages.forget();
    }
    goals.passBegins();
    StepResult looked = round.before(decision);
    drift.before();
    return looked;
  }

  // Choose a goal.

  private PassResult chooseGoal(@Nullable Decision decision) {
    Optional<PassResult> unrepaired = repair.before(decision);
    if (unrepaired.isPresent()) {
      return unrepaired.get();
    }
    return switch (GoalChoice.of(decision, history(), retries::waits)) {
      case GoalChoice.Reach(Decision now, Goal goal) -> plan(now, goal, null);
      case GoalChoice.Obtain(Decision now, CommitId target) -> obtain(now, target);
      case GoalChoice.GoBack(Decision now, Quarantine quarantine) -> back.from(now, quarantine);
      case GoalChoice.Wait _ -> keep(decision, retries.last(ExitCode.FAILED));
      case GoalChoice.Keep(PassResult waiting) -> keep(decision, waiting);
    };
  }

  private PassResult obtain(Decision decision, CommitId target) {
    SourceResult read = fetch.of(target, decision.labels(), () -> fetching(decision, target));
    return switch (goals.preparable(read)) {
      case SourceResult.Obtained(Snapshot snapshot, String _) ->
          plan(decision, goals.of(snapshot, decision.ref()), snapshot);
      case SourceResult.Refused(String reason, String _) ->
          back.from(decision, quarantines.begin(target, decision, reason));
      case SourceResult.Unavailable(String reason, String _) -> {
        retries.environmentFault(target, reason);
        yield keep(decision, retries.last(ExitCode.UNREACHABLE));
      }
    };
  }

  private StepScope fetching(Decision decision, CommitId target) {
    StepScope scope = plans.scope(new StepScope.Aim(decision, null, null, PassMode.ADVANCE));
    if (!retries.areAbout(target)) {
      // A fetch that is tried again and again stays failed until it has worked.
      scope.showAndReport("fetching " + scope.commit());
    }
    return scope;
  }

  // Plan.

  private PassResult plan(Decision decision, Goal asked, @Nullable Snapshot from) {
    EnvFiles.Local local = goals.local(asked);
    if (local.forbidden() != null) {
      return keep(decision, PassResult.held(local.forbidden()));
    }
    if (local.problem() != null) {
      retries.environmentFault(asked.commit(), local.problem());
      return keep(decision, retries.last(ExitCode.FAILED));
    }
    Goal goal = from == null ? local.goal() : drift.sound(local.goal());
    Plan towards = Planner.towards(goal, WayBack.present(history(), decision));
    Optional<String> refused = goals.refused(goal);
    if (refused.isPresent() && !(towards instanceof Plan.Nothing)) {
      return keep(decision, PassResult.held(refused.get()));
    }
    return switch (towards) {
      case Plan.Nothing _ -> PassResult.converged(goal);
      case Plan.MoveVersion _ -> {
        journal.append(new Entry.Moved(goal.commit(), goal.ref(), goal.workers(), goal.labels()));
        yield PassResult.converged(goal);
      }
      case Plan.Steps plan -> {
        PassMode mode = PassMode.of(history(), goal, plan.steps());
        yield goals.holdsBack(mode, plan.steps())
            ? keep(decision, PassResult.held(Outlook.of(goal, plan, history())))
            : apply(new StepScope.Aim(decision, goal, from, mode), plan.steps());
      }
    };
  }

  /** While the target cannot be reached, what runs is kept running. */
  private PassResult keep(@Nullable Decision decision, PassResult otherwise) {
    Optional<Goal> goal = Goal.inPlace(history()).map(goals::usable);
    if (goal.isEmpty()
        || !(Planner.towards(goal.get(), WayBack.present(history(), decision))
            instanceof Plan.Steps(List<Step> steps))) {
      return otherwise;
    }
    PassResult mended = apply(new StepScope.Aim(decision, goal.get(), null, PassMode.MEND), steps);
    return mended.state() == NodeState.CONVERGED ? otherwise : mended;
  }

  // Apply.

  private PassResult apply(StepScope.Aim aim, List<Step> steps) {
    if (aim.mode() != PassMode.ADVANCE) {
      Optional<String> flapping = retries.flapping(steps);
      if (flapping.isPresent()) {
        return retries.restarting(flapping.get());
      }
    }
    applied = true;
    PlanRunner.Ended ended = plans.run(aim, steps);
    String reason = ended.result().reason();
    return switch (ended.result().outcome()) {
      case OK -> done(aim);
      case ABANDONED -> new PassResult(NodeState.APPLYING, reason, ExitCode.TIMEOUT);
      case RELEASE_FAULT, ENVIRONMENT_FAULT -> fault(aim, ended);
    };
  }

  private PassResult done(StepScope.Aim aim) {
    plans.ended();
    retries.forget();
    Goal goal = aim.goal();
    String active = history().active();
    if (goal != null && active != null) {
      boolean target = aim.decision() != null && goal.isOf(aim.decision());
      Applied now = new Applied(active, goal.commit(), goal.ref(), goal.workers(), goal.labels());
      journal.append(new Entry.Healthy(now, !target));
    }
    if (aim.mode() == PassMode.ADVANCE) {
      retries.forgetDeaths();
    }
    Quarantine quarantine = history().quarantine();
    if (aim.mode() == PassMode.RESTORE && quarantine != null) {
      return back.reached(quarantine);
    }
    return goal == null ? PassResult.failed("no release") : PassResult.converged(goal);
  }

  private PassResult fault(StepScope.Aim aim, PlanRunner.Ended ended) {
    String reason = ended.result().reason();
    Decision decision = aim.decision();
    return switch (FaultPolicy.of(aim.mode(), decision, ended.at(), ended.result())) {
      case FaultPolicy.LeaveAlone(Decision target) ->
          back.from(target, quarantines.begin(aim.commit(), target, reason));
      case FaultPolicy.RetryCommit _ -> retries.environmentFault(aim.commit(), reason);
      case FaultPolicy.RetryWorker(String worker) -> retries.workerFault(worker, reason);
      case FaultPolicy.RetryAll _ -> retries.environmentFault("what ran before", reason);
    };
  }

  // Settle.

  private PassResult settle(PassResult reached, @Nullable Decision decision) {
    board.drifted(drift.drift());
    PassResult result = drift.told(reached);
    board.show(result.state(), result.reason(), result.retryAt(), history(), decision);
    board.report(decision);
    return result;
  }

  /** Whether the last pass did anything. */
  public boolean applied() {
    return applied;
  }

  /** Whether somebody else ends a worker: the next pass is due at once. */
  public boolean disturbed() {
    return round.disturbed();
  }

  /** How long until something is to be tried again; empty when nothing is. */
  public Optional<Duration> wakeIn() {
    return retries.wakeIn();
  }

  /** After a pass: compares the active release with its commit, when it is time to. */
  public void lookForDrift() {
    if (drift.look()) {
      retries.wake(Duration.ZERO);
    }
  }

  private AgentHistory history() {
    return journal.history();
  }
}

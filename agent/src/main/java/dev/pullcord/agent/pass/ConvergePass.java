package dev.pullcord.agent.pass;

import dev.pullcord.agent.activate.Rollback;
import dev.pullcord.agent.channel.Decision;
import dev.pullcord.agent.channel.Decisions;
import dev.pullcord.agent.envfile.EnvFiles;
import dev.pullcord.agent.host.CommandRunner;
import dev.pullcord.agent.host.Detached;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.journal.AgentHistory;
import dev.pullcord.agent.journal.Applied;
import dev.pullcord.agent.journal.Entry;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.journal.Quarantine;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.plan.Outlook;
import dev.pullcord.agent.plan.Plan;
import dev.pullcord.agent.plan.Planner;
import dev.pullcord.agent.plan.Step;
import dev.pullcord.agent.plan.StepResult;
import dev.pullcord.agent.source.Snapshot;
import dev.pullcord.agent.source.Source;
import dev.pullcord.agent.source.SourceResult;
import dev.pullcord.agent.status.StatusBoard;
import dev.pullcord.agent.status.Transcripts;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.UnderWay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One whole pass: look (who lives, what is active), decide (which goal), plan, apply, report. It
 * depends on nothing but the journal, the world and the decision, never on what woke it, so that a
 * pass after a kill is a pass like any other. With nothing to do it writes nothing.
 *
 * <p>Whose fault: on the way to a new commit a fault of the release quarantines the commit and the
 * same pass goes back; what has run well before is tried again after a while; a fault of the
 * environment is tried again after a while, always.
 */
public final class ConvergePass {
  private final Decisions decisions;
  private final Source source;
  private final HostClock clock;
  private final Tools tools;
  private final StepRunner steps;
  private final PlanRunner plans;
  private final StepLog log;
  private final StatusBoard board;
  private final Interruptions interruptions;
  private final Lookout lookout;
  private final Leaving leaving;
  private final Retries retries;
  private final PassNumbers numbers;
  private final Tidying tidying;
  private final ReleaseRepair repair;
  private final Observation observation;
  private final PassLines lines;
  private final boolean heard;
  private final boolean noop;
  private @Nullable Snapshot snapshot;
  private boolean applied;

  private ConvergePass(
      PassSetup setup, Tools tools, StatusBoard board, StepLog log, Interruptions interruptions) {
    this.decisions = setup.decisions();
    this.source = setup.source();
    this.clock = setup.clock();
    this.tools = tools;
    this.board = board;
    this.log = log;
    this.interruptions = interruptions;
    this.steps = new StepRunner(setup, tools, log, board, interruptions);
    this.lookout = new Lookout(tools);
    this.numbers = new PassNumbers(tools.journal());
    this.retries = new Retries(clock, tools.flaps(), numbers);
    Killing killing = new Killing(tools, log, numbers, clock);
    this.leaving = new Leaving(tools, steps.workers(), killing, retries::wake);
    this.plans = new PlanRunner(steps, board, tools, interruptions, numbers);
    this.tidying = new Tidying(tools, clock);
    this.repair =
        new ReleaseRepair(tools, source, (same, of) -> local(goal(same, of)), this::apply, retries);
    this.observation = new Observation(tools, clock, leaving::meant);
    this.lines = new PassLines(clock);
    this.heard = setup.probe().heard();
    this.noop = setup.noop();
  }

  /**
   * Passes over a journal that has just been opened: recovers from whatever end the agent before
   * had, and takes its workers over.
   *
   * @param onExit called from another thread when a worker ends
   * @param forker what starts workers
   */
  public static ConvergePass over(
      Journal journal,
      PassSetup setup,
      Interruptions interruptions,
      Runnable onExit,
      Detached.Forker forker)
      throws IOException {
    CommandRunner.killLeft(setup.directory().releases());
    Tools tools = Tools.of(setup, journal, onExit, forker);
    AgentHistory history = tools.recovery().recover();
    history.generations().values().forEach(tools.workers()::adopt);
    StatusBoard board = tools.board(setup);
    Transcripts transcripts = new Transcripts(setup.directory().passes());
    StepLog log =
        new StepLog(
            setup.clock(),
            transcripts,
            board,
            () -> tools.commands().outputSoFar(UnderWay.OUTPUT_LIMIT_BYTES));
    return new ConvergePass(setup, tools, board, log, interruptions);
  }

  /** What the node says of itself, at any moment, from any thread. */
  public StatusBoard board() {
    return board;
  }

  /** Whether somebody else ends a worker: the next pass is due at once. */
  public boolean disturbed() {
    return observation.disturbed();
  }

  /** How long until something is to be tried again; empty when nothing is. */
  public Optional<Duration> wakeIn() {
    return retries.wakeIn();
  }

  /** Compares with the disk, and clears away what is obsolete: after a plan, and every hour. */
  public void tidy() {
    if (tools.drift().look()) {
      retries.wake(Duration.ZERO);
    }
    tidying.after(applied);
  }

  /** Runs it. */
  public PassResult run() {
    interruptions.passBegins();
    retries.passBegins();
    applied = false;
    long began = clock.nanos();
    Decision decision = decisions.current().orElse(null);
    PassResult result;
    try {
      if (interruptions.takeRetry()) {
        tools.quarantines().end();
        retries.forgetAll();
      }
      tools.envFiles().passBegins(history());
      observation.look();
      tools.drift().before();
      StepResult stopped = leaving.begins(decision);
      String ref = decision == null ? "" : decision.ref();
      result = stopped.succeeded() ? retire(decide(decision)) : diskFault(stopped);
      result = lookout.over(result, ref, leaving.all());
      lookout.again(result).ifPresent(retries::wake);
      result = observation.told(leaving.told(result, clock.now()));
      observation.again().ifPresent(retries::wake);
    } catch (IOException e) {
      result = retries.environmentFault("the state directory", FileFault.of(e));
    } catch (UncheckedIOException e) {
      result = retries.environmentFault("the state directory", FileFault.of(e));
    }
    result = drifted(result);
    board.show(result.state(), result.reason(), result.retryAt(), history(), decision);
    board.report(decision);
    if (heard) {
      lines.ended(result, interruptions.wokenBy(), applied, began);
    }
    return result;
  }

  /** While the active release is not as its commit says, the reason says so. */
  private PassResult drifted(PassResult result) {
    board.drifted(tools.drift().drift());
    if (result.state() == NodeState.FAILED) {
      tools.drift().suspect();
    }
    return tools
        .drift()
        .shown()
        .filter(shown -> result.state() != NodeState.APPLYING && !result.reason().contains(shown))
        .map(result::but)
        .orElse(result);
  }

  /** After a pass that ended well, what has given its work up is asked to end; nobody waits. */
  private PassResult retire(PassResult result) {
    StepResult asked = leaving.after(result);
    return asked.succeeded() ? result : diskFault(asked);
  }

  private PassResult diskFault(StepResult result) {
    return retries.environmentFault("the state directory", result.reason());
  }

  private PassResult decide(@Nullable Decision decision) {
    Optional<PassResult> unrepaired = repair.before(decision);
    if (unrepaired.isPresent()) {
      return unrepaired.get();
    }
    if (decision == null) {
      return keep(
          null, PassResult.waiting("nothing was decided for this node yet", ExitCode.UNREACHABLE));
    }
    CommitId target = decision.commit();
    if (target == null) {
      return keep(
          decision,
          PassResult.waiting("nothing was pushed to " + decision.ref() + " yet", ExitCode.DONE));
    }
    Optional<Quarantine> quarantine = tools.quarantines().forbidding(decision);
    if (quarantine.isPresent()) {
      return goBack(decision, quarantine.get());
    }
    if (retries.waits(target)) {
      return keep(decision, retries.last(ExitCode.FAILED));
    }
    Optional<Goal> known = Goals.known(history(), target, decision.ref(), decision.labels());
    if (known.isPresent()) {
      return reach(decision, known.get(), null);
    }
    if (snapshot != null
        && snapshot.commit().equals(target)
        && snapshot.labels().equals(decision.labels())) {
      return reach(decision, goal(snapshot, decision.ref()), snapshot);
    }
    return obtain(decision, target);
  }

  private PassResult obtain(Decision decision, CommitId target) {
    PassContext pass =
        plans.numbered(PassContext.of(decision, null, null, PassContext.Mode.ADVANCE));
    if (!retries.areAbout(target)) {
      // A fetch that is tried again and again stays failed until it has worked.
      board.show(NodeState.APPLYING, "fetching " + target.abbreviated(), history(), decision);
      board.report(decision);
    }
    StepLog.Clocked began =
        log.begins(log.clocked(), pass, StepRecord.Kind.FETCH, target.abbreviated());
    SourceResult result = source.obtain(target).on(decision.labels());
    log.ended(began, pass, StepRecord.Kind.FETCH, target.abbreviated(), StepRunner.of(result));
    return switch (result) {
      case SourceResult.Obtained(Snapshot obtained, String text) -> {
        snapshot = obtained;
        yield reach(decision, goal(obtained, decision.ref()), obtained);
      }
      case SourceResult.Refused(String reason, String text) ->
          goBack(decision, tools.quarantines().begin(target, decision, reason));
      case SourceResult.Unavailable(String reason, String text) -> {
        retries.environmentFault(target, reason);
        yield keep(decision, retries.last(ExitCode.UNREACHABLE));
      }
    };
  }

  private Goal goal(Snapshot from, String ref) {
    return Goal.of(from, ref, tools.venvs().key(from), history());
  }

  /** As far as its files can be used; where they cannot, what runs is what is wanted. */
  private Goal local(Goal goal) {
    return leaving.ordered(tools.envFiles().local(goal).goal());
  }

  private PassResult reach(Decision decision, Goal asked, @Nullable Snapshot from) {
    EnvFiles.Local local = tools.envFiles().local(asked);
    if (local.problem() != null) {
      retries.environmentFault(asked.commit(), local.problem());
      return keep(decision, retries.last(ExitCode.FAILED));
    }
    Goal whole = leaving.ordered(local.goal());
    Goal goal = from == null ? whole : tools.drift().sound(whole);
    return switch (Planner.towards(goal, history())) {
      case Plan.Nothing ignored -> PassResult.converged(goal);
      case Plan.MoveVersion ignored -> {
        tools
            .journal()
            .append(new Entry.Moved(goal.commit(), goal.ref(), goal.workers(), goal.labels()));
        yield PassResult.converged(goal);
      }
      case Plan.Steps plan -> {
        PassContext.Mode mode = Goals.mode(history(), goal, plan.steps());
        yield Goals.holdsBack(noop, mode, plan.steps())
            ? keep(decision, PassResult.held(Outlook.of(goal, plan, history())))
            : apply(PassContext.of(decision, goal, from, mode), plan.steps());
      }
    };
  }

  /** While the target cannot be reached, what runs is kept running. */
  private PassResult keep(@Nullable Decision decision, PassResult otherwise) {
    Optional<Goal> goal = Goals.inPlace(history()).map(this::local);
    if (goal.isPresent()
        && Planner.towards(goal.get(), history()) instanceof Plan.Steps(List<Step> list)) {
      PassResult mended =
          apply(PassContext.of(decision, goal.get(), null, PassContext.Mode.MEND), list);
      return mended.state() == NodeState.CONVERGED ? otherwise : mended;
    }
    return otherwise;
  }

  private PassResult goBack(Decision decision, Quarantine quarantine) {
    Optional<PassResult> repaired = repair.back(decision);
    if (repaired.isPresent()) {
      return repaired.get();
    }
    PassContext.Mode mode = PassContext.Mode.RESTORE;
    return switch (Rollback.from(history(), this::local)) {
      case Rollback.Back(Goal goal, Plan.Steps(List<Step> list)) ->
          apply(PassContext.of(decision, goal, null, mode), list);
      case Rollback.ToNothing(Plan.Steps(List<Step> list)) ->
          apply(PassContext.of(decision, null, null, mode), list);
      case Rollback.Back back -> wentBack(quarantine);
      case Rollback.ToNothing nothing -> wentBack(quarantine);
      case Rollback.Impossible(String release) ->
          PassResult.failed(
              quarantine.reason() + "; and release " + release + " is gone from the disk");
    };
  }

  private PassResult wentBack(Quarantine quarantine) {
    numbers.end();
    return history().applied() == null
        ? PassResult.failed("no earlier release: " + quarantine.reason())
        : new PassResult(NodeState.ROLLED_BACK, quarantine.reason(), ExitCode.FAILED);
  }

  private PassResult apply(PassContext pass, List<Step> list) {
    if (pass.mode() != PassContext.Mode.ADVANCE) {
      Optional<String> flapping = plans.flapping(list);
      if (flapping.isPresent()) {
        return retries.restarting(flapping.get());
      }
    }
    applied = true;
    PlanRunner.Ended ended = plans.run(pass, list);
    return switch (ended.result().outcome()) {
      case OK -> done(pass);
      case ABANDONED ->
          new PassResult(NodeState.APPLYING, ended.result().reason(), ExitCode.TIMEOUT);
      case RELEASE_FAULT, ENVIRONMENT_FAULT -> fault(pass, ended);
    };
  }

  private PassResult done(PassContext pass) {
    numbers.end();
    retries.forget();
    Goal goal = pass.goal();
    String active = history().active();
    if (goal != null && active != null) {
      boolean target = pass.decision() != null && goal.isOf(pass.decision());
      Applied now = new Applied(active, goal.commit(), goal.ref(), goal.workers(), goal.labels());
      tools.journal().append(new Entry.Healthy(now, !target));
    }
    if (pass.mode() == PassContext.Mode.ADVANCE) {
      tools.flaps().forget();
    }
    Quarantine quarantine = history().quarantine();
    if (pass.mode() == PassContext.Mode.RESTORE && quarantine != null) {
      return wentBack(quarantine);
    }
    return goal == null ? PassResult.failed("no release") : PassResult.converged(goal);
  }

  private PassResult fault(PassContext pass, PlanRunner.Ended ended) {
    StepResult result = ended.result();
    Decision decision = pass.decision();
    if (pass.mode() == PassContext.Mode.ADVANCE && decision != null) {
      return result.outcome() == StepRecord.Outcome.RELEASE_FAULT
          ? goBack(decision, tools.quarantines().begin(pass.commit(), decision, result.reason()))
          : retries.environmentFault(pass.commit(), result.reason());
    }
    if (ended.worker().isEmpty()) {
      return retries.environmentFault("what ran before", result.reason());
    }
    return retries.workerFault(ended.worker().get(), result.reason());
  }

  private AgentHistory history() {
    return tools.journal().history();
  }
}

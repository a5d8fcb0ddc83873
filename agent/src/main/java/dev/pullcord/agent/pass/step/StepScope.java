package dev.pullcord.agent.pass.step;

import dev.pullcord.agent.decision.Decision;
import dev.pullcord.agent.decision.Interruptions;
import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Entry;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.history.WorkerDefinition;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.plan.PassMode;
import dev.pullcord.agent.source.Snapshot;
import dev.pullcord.agent.status.StatusBoard;
import dev.pullcord.agent.status.StepLog;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Tells a step which pass it is a part of, and whether that is overtaken; shows, measures and notes
 * what the step does. One for each plan that is applied.
 */
public final class StepScope {
  private final Means means;
  private final Aim aim;
  private final StepLog.Pass pass;
  private @Nullable String staged;

  /** Of a pass of that number. */
  public StepScope(Means means, Aim aim, long number) {
    this.means = means;
    this.aim = aim;
    this.pass = new StepLog.Pass(aim.decision(), aim.commit(), number);
  }

  /** What every pass of an agent shows, measures and notes with. */
  public record Means(
      Journal journal,
      HostClock clock,
      Interruptions interruptions,
      StatusBoard board,
      StepLog log) {}

  /**
   * What a pass is about.
   *
   * @param decision that it acts on; null while none was ever made
   * @param goal what is to run at its end; null when nothing is, or it is not yet known
   * @param snapshot of the goal's commit; null when the goal is a release that is there already
   * @param mode whose fault a fault is
   */
  public record Aim(
      @Nullable Decision decision,
      @Nullable Goal goal,
      @Nullable Snapshot snapshot,
      PassMode mode) {

    /** The commit that the transcript and the reports name. */
    public CommitId commit() {
      if (mode == PassMode.STAGE && decision != null && decision.stage() != null) {
        return decision.stage();
      }
      if (decision != null && decision.commit() != null) {
        return decision.commit();
      }
      if (goal == null) {
        throw new IllegalStateException("a pass without a commit has no steps");
      }
      return goal.commit();
    }

    /** Of the decision. */
    public long revision() {
      return decision == null ? 0 : decision.revision();
    }
  }

  /** The decision that the pass acts on; null while none was ever made. */
  public @Nullable Decision decision() {
    return aim.decision();
  }

  /** Where the pass goes. */
  public PassMode mode() {
    return aim.mode();
  }

  /** The commit that the pass is about, for people. */
  public String commit() {
    return pass.commit().abbreviated();
  }

  /** What is to run at the end of the plan. */
  public Goal goal() {
    if (aim.goal() == null) {
      throw new IllegalStateException("this step is part of the way to a goal");
    }
    return aim.goal();
  }

  /** Whether there is one; there is none on the way back from a first deployment. */
  public boolean hasGoal() {
    return aim.goal() != null;
  }

  /** The ref of the goal; empty without one. */
  public String ref() {
    return aim.goal() == null ? "" : aim.goal().ref();
  }

  /** The commit that is staged and checked. */
  public Snapshot snapshot() {
    if (aim.snapshot() == null) {
      throw new IllegalStateException("a release is staged and checked with its snapshot");
    }
    return aim.snapshot();
  }

  /** The worker of the goal that a step names. */
  public WorkerDefinition definition(String worker) {
    WorkerDefinition definition = goal().workers().get(worker);
    if (definition == null) {
      throw new IllegalStateException("the plan names a worker that its goal has not: " + worker);
    }
    return definition;
  }

  /** Remembers what this plan has staged. */
  void staged(String release) {
    staged = release;
  }

  /** That release, or the one that this plan has staged. */
  String release(@Nullable String named) {
    if (named != null) {
      return named;
    }
    if (staged == null) {
      throw new IllegalStateException("nothing was staged");
    }
    return staged;
  }

  /** Whether something newer was decided, so that a step that takes long makes room for it. */
  public boolean overtaken() {
    return means.interruptions().overtakes(aim.decision());
  }

  /** Waits a moment; whether something has woken the loop since the pass began. */
  boolean awaitWakeUp(Duration atMost) {
    Interruptions interruptions = means.interruptions();
    interruptions.turned(); // a wait may be long, and is no standstill
    return means.clock().await(interruptions.signal(), interruptions.seen(), atMost);
  }

  /** Shows what is done now, and reports it unless the last report was only just made. */
  public void show(String what) {
    means.board().show(NodeState.APPLYING, what, history(), aim.decision());
    reportIfDue();
  }

  /** Shows what is done now, and reports it. */
  public void showAndReport(String what) {
    means.board().show(NodeState.APPLYING, what, history(), aim.decision());
    report();
  }

  void report() {
    means.board().report(aim.decision());
  }

  void reportIfDue() {
    means.board().reportIfDue(aim.decision());
  }

  /** Does a part of a step and writes down what came of it; the disk's faults come back too. */
  StepResult measure(StepRecord.Kind kind, String subject, Callable<StepResult> part) {
    return means.log().measured(pass, kind, subject, () -> StepResult.guarded(part));
  }

  /** A step begins whose end is written down with {@link #ended}. */
  public StepLog.Begun begins(StepRecord.Kind kind, String subject) {
    return means.log().begins(pass, kind, subject);
  }

  /** As {@link #begins}, of what began earlier. */
  StepLog.Begun began(StepRecord.Kind kind, String subject, Instant since) {
    return means.log().began(pass, kind, subject, since);
  }

  /** A step has ended; hands its result on. */
  public StepResult ended(StepLog.Begun begun, StepResult result) {
    return means.log().ended(begun, result);
  }

  /** What the journal says now. */
  public AgentHistory history() {
    return means.journal().history();
  }

  /** Writes into the journal. */
  void note(Entry entry) {
    means.journal().append(entry);
  }

  Instant now() {
    return means.clock().now();
  }
}

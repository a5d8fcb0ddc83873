package dev.pullcord.agent.status;

import dev.pullcord.agent.decision.Decision;
import dev.pullcord.agent.decision.DecisionSource;
import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Applied;
import dev.pullcord.agent.history.Release;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.report.Reports;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.id.TreeId;
import dev.pullcord.protocol.report.DriftStatus;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.StageStatus;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.TroubleStart;
import dev.pullcord.protocol.report.UnderWay;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what the node says of itself, and what of that was reported. A report is made when
 * something is different from the last one, or when steps have ended; never otherwise.
 */
public final class StatusBoard {
  private static final long PROGRESS_EVERY_NANOS = 250_000_000;
  private static final int UNREPORTED_STEPS_MAX = 200;
  private static final int DONE_OUTPUT_CHARS = 2000;

  private final NodeName node;
  private final DecisionSource decisions;
  private final Reports reports;
  private final HostClock clock;
  private final WorkerStatuses.Sight sight;
  private final List<StepRecord> unreported = new ArrayList<>();
  private final TroubleStart trouble = new TroubleStart();
  private volatile NodeStatus status;
  private volatile @Nullable Begun underWay;
  private volatile List<StepRecord> done = List.of();
  private @Nullable NodeStatus reported;
  private long reportedAt;
  private volatile @Nullable DriftStatus drift;
  private volatile @Nullable StageStatus stage;

  /** Of that node, before its first pass. */
  public StatusBoard(
      NodeName node,
      DecisionSource decisions,
      Reports reports,
      HostClock clock,
      AgentHistory history,
      WorkerStatuses.Sight sight) {
    this.node = node;
    this.decisions = decisions;
    this.reports = reports;
    this.clock = clock;
    this.sight = sight;
    this.reportedAt = clock.nanos();
    this.status =
        of(
            NodeState.WAITING,
            "starting",
            clock.now(),
            null,
            history,
            decisions.current().orElse(null));
  }

  /** Right now, with the contact and the spool as they are right now. */
  public NodeStatus status() {
    NodeStatus s = status;
    return new NodeStatus(
        s.node(),
        s.state(),
        s.reason(),
        s.since(),
        s.retryAt(),
        s.ref(),
        s.targetCommit(),
        s.appliedCommit(),
        s.release(),
        s.trees(),
        s.workers(),
        s.pin(),
        contact(),
        reports.spooled(),
        s.drift(),
        s.labels(),
        s.orders(),
        s.stage());
  }

  /** A server that is heard may still take no reports. */
  private NodeStatus.@Nullable ServerContact contact() {
    NodeStatus.ServerContact contact = decisions.contact();
    String problem = reports.problem();
    return contact == null || contact.problem() != null || problem == null
        ? contact
        : new NodeStatus.ServerContact(
            contact.url(), contact.connected(), contact.lastContact(), problem, contact.moved());
  }

  /** How the active release differs from its commit; shown with the next state. */
  public void drifted(@Nullable DriftStatus now) {
    drift = now;
  }

  /** How far the commit is that is to be ready; shown with the next state. */
  public void staged(@Nullable StageStatus now) {
    stage = now;
  }

  /**
   * A step that has begun.
   *
   * @param beganNanos on the monotonic clock
   * @param output what its command has written so far; asked from another thread
   */
  public record Begun(
      @Nullable Decision decision,
      long pass,
      int index,
      CommitId commit,
      StepRecord.Kind kind,
      String subject,
      Instant startedAt,
      long beganNanos,
      Supplier<String> output) {}

  /** A step has begun; it is under way until it has ended, or something else is shown. */
  public void began(Begun step) {
    underWay = step;
    reports.began(this::progress);
  }

  private Optional<Reports.Progress> progress() {
    Begun step = underWay;
    if (step == null) {
      return Optional.empty();
    }
    NodeStatus now = status();
    UnderWay said =
        new UnderWay(
            step.pass(),
            step.index(),
            step.commit(),
            step.kind(),
            step.subject(),
            step.startedAt(),
            (clock.nanos() - step.beganNanos()) / 1_000_000,
            step.output().get(),
            shortened(done));
    Decision decision = step.decision();
    long revision = decision == null ? 0 : decision.revision();
    Long deployment = decision == null ? null : decision.deployment();
    // If it has ended meanwhile, the status may be of something later.
    return step.equals(underWay)
        ? Optional.of(new Reports.Progress(revision, deployment, now, said))
        : Optional.empty();
  }

  private static List<StepRecord> shortened(List<StepRecord> steps) {
    return steps.stream()
        .skip(Math.max(0, steps.size() - UnderWay.DONE_MAX))
        .map(step -> {
          int cut = step.output().length() - DONE_OUTPUT_CHARS;
          return cut <= 0 ? step : step.withOutput("…" + step.output().substring(cut));
        })
        .toList();
  }

  /** A step has ended; reported with the next report. */
  public void ended(StepRecord step) {
    underWay = null;
    if (unreported.size() == UNREPORTED_STEPS_MAX) {
      unreported.removeFirst();
    }
    unreported.add(step);
    done = List.copyOf(unreported);
  }

  /** Shows a state; what is shown is not yet reported. */
  public void show(
      NodeState state, String reason, AgentHistory history, @Nullable Decision decision) {
    show(state, reason, null, history, decision);
  }

  /** As {@code show}, of a failure that is tried again by itself at that time. */
  public void show(
      NodeState state,
      String reason,
      @Nullable Instant retryAt,
      AgentHistory history,
      @Nullable Decision decision) {
    underWay = null;
    ShownState shown = ShownState.of(state, reason, decision);
    NodeStatus before = status;
    Instant from = before.state() == shown.state() ? before.since() : clock.now();
    Instant since = trouble.state(shown.state(), targetOf(decision), from);
    status = of(shown.state(), shown.reason(), since, retryAt, history, decision);
  }

  /** A pass came to no end, for an error of the agent itself: says so, and reports it. */
  public void broken(String reason, AgentHistory history) {
    Decision decision = decisions.current().orElse(null);
    show(NodeState.FAILED, reason, history, decision);
    report(decision);
  }

  private static Object targetOf(@Nullable Decision decision) {
    return decision == null || decision.commit() == null
        ? List.of()
        : List.of(decision.commit(), decision.retry());
  }

  /** As {@link #report}, unless the last one is only just made: progress, not every step. */
  public void reportIfDue(@Nullable Decision decision) {
    if (clock.nanos() - reportedAt >= PROGRESS_EVERY_NANOS) {
      report(decision);
    }
  }

  /** Reports, if there is anything that the last report did not say. */
  public void report(@Nullable Decision decision) {
    NodeStatus now = status;
    if (unreported.isEmpty() && now.equals(reported)) {
      return;
    }
    long revision = decision == null ? 0 : decision.revision();
    Long deployment = decision == null ? null : decision.deployment();
    reports.record(revision, deployment, status(), List.copyOf(unreported));
    reported = now;
    reportedAt = clock.nanos();
    unreported.clear();
    done = List.of();
  }

  private NodeStatus of(
      NodeState state,
      String reason,
      Instant since,
      @Nullable Instant retryAt,
      AgentHistory history,
      @Nullable Decision decision) {
    Applied applied = history.applied();
    Map<String, TreeId> trees = history.activeRelease().map(Release::trees).orElse(Map.of());
    return new NodeStatus(
        node,
        state,
        reason,
        since,
        retryAt,
        decision == null ? (applied == null ? null : applied.ref()) : decision.ref(),
        decision == null ? null : decision.commit(),
        applied == null ? null : applied.commit(),
        history.active(),
        trees,
        WorkerStatuses.of(history, sight),
        decision == null ? null : decision.pin(),
        null,
        0,
        drift,
        decision == null ? null : decision.labels(),
        decision == null ? 0 : decision.orders().count(),
        stage);
  }
}

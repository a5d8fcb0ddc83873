package dev.pullcord.server;

import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.id.ReportNumber;
import dev.pullcord.protocol.report.DriftStatus;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.NodeReport;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.PinStatus;
import dev.pullcord.protocol.report.StageStatus;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.UnderWay;
import dev.pullcord.protocol.report.WorkerStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an agent says; by default that it has converged on what it is to run. */
public final class Said {
  private final NodeName node;
  private Instant at;
  private final List<StepRecord> steps = new ArrayList<>();
  private ReportNumber number;
  private DesiredState acting;
  private NodeState state = NodeState.CONVERGED;
  private String reason = "";
  private @Nullable Instant retryAt;
  private @Nullable DriftStatus drift;
  private @Nullable CommitId target;
  private @Nullable CommitId applied;
  private Map<String, WorkerStatus> workers;
  private @Nullable UnderWay underWay;
  private @Nullable StageStatus stage;
  private @Nullable Ended ended;

  /** By a decision whose pin or freeze has ended, as its agent knows by itself. */
  private record Ended(String ref, @Nullable Long deployment, boolean pinned) {}

  private Said(DesiredState acting, ReportNumber number, Instant at) {
    this.acting = acting;
    this.node = acting.node();
    this.number = number;
    this.at = at;
    this.target = acting.commit();
    this.applied = acting.commit();
    this.workers =
        new HashMap<>(
            Map.of("grep", worker(acting.commit(), GenerationPhase.CONSUMING, "ab".repeat(32))));
  }

  /** The next report of a node of that fleet. */
  public static Said by(TestFleet fleet, String name) {
    var record = fleet.record(name);
    long epoch = Math.max(1, record.row().agent().epoch());
    long n =
        record.said() != null && record.said().number().epoch() == epoch
            ? record.said().number().n() + 1
            : 1;
    return new Said(fleet.desired(name), new ReportNumber(epoch, n), fleet.clock.instant());
  }

  /** A report on that decision. */
  public static Said on(DesiredState acting) {
    return new Said(acting, new ReportNumber(1, 1), acting.serverTime());
  }

  public static WorkerStatus worker(
      @Nullable CommitId commit, GenerationPhase phase, @Nullable String identity) {
    CommitId of = commit == null ? FakeCommits.commit(0) : commit;
    return new WorkerStatus(
        identity,
        "pid 7 started 2026-01-01T00:00:00Z",
        List.of(new GenerationStatus(1, 7, Instant.EPOCH, of, phase, null, null)));
  }

  /** Written then, by its agent's clock, when all that it says began too. */
  public Said at(Instant now) {
    at = now;
    workers.replaceAll((_, worker) ->
        new WorkerStatus(
            worker.identity(),
            worker.proof(),
            worker.generations().stream()
                .map(g ->
                    new GenerationStatus(
                        g.number(), g.pid(), now, g.commit(), g.phase(), null, null))
                .toList()));
    return this;
  }

  public Said number(long epoch, long n) {
    this.number = new ReportNumber(epoch, n);
    return this;
  }

  public Said acting(DesiredState decision) {
    this.acting = decision;
    return this;
  }

  public Said state(NodeState state, String reason) {
    this.state = state;
    this.reason = reason;
    return this;
  }

  /** Its agent tries again by itself then. */
  public Said retryAt(Instant retryAt) {
    this.retryAt = retryAt;
    return this;
  }

  public Said target(@Nullable CommitId target) {
    this.target = target;
    return this;
  }

  public Said applied(@Nullable CommitId applied) {
    this.applied = applied;
    return this;
  }

  /** Its agent goes by another ref than that of its decision, whose pin or freeze has ended. */
  public Said goingBy(String ref, @Nullable Long deployment, boolean pinned) {
    this.ended = new Ended(ref, deployment, pinned);
    return this;
  }

  /** How far it is with what it is to get ready. */
  public Said stage(StageStatus.State state, String reason) {
    CommitId its = acting.stage();
    stage = its == null ? null : new StageStatus(its, state, reason, at);
    return this;
  }

  /** Its disk is not as its commit says. */
  public Said drift(String reason) {
    this.drift = new DriftStatus(at, 1, reason);
    return this;
  }

  public Said workers(Map<String, WorkerStatus> workers) {
    this.workers = new HashMap<>(workers);
    return this;
  }

  public Said step(StepRecord.Kind kind, StepRecord.Outcome outcome, String output) {
    CommitId commit = target == null ? FakeCommits.commit(0) : target;
    steps.add(
        new StepRecord(number.n(), steps.size(), commit, kind, "", outcome, at, 5, null, output));
    return this;
  }

  /** In the middle of a pass, in that step for that long. */
  public Said underWay(StepRecord.Kind kind, String subject, long forMillis, String output) {
    CommitId commit = target == null ? FakeCommits.commit(0) : target;
    state = NodeState.APPLYING;
    underWay = new UnderWay(1, 7, commit, kind, subject, at, forMillis, output, List.copyOf(steps));
    steps.clear();
    return this;
  }

  public NodeStatus status() {
    var pin = ended == null || ended.pinned() ? acting.pin() : null;
    return new NodeStatus(
        node,
        state,
        reason,
        at,
        retryAt,
        ended == null ? acting.ref() : ended.ref(),
        target,
        applied,
        "000001-abc",
        Map.of(),
        workers,
        pin == null ? null : new PinStatus(pin.ref(), pin.owner(), pin.reason(), pin.expiresAt()),
        null,
        0,
        drift,
        acting.labels(),
        acting.orders().count(),
        stage);
  }

  public NodeReport next() {
    Long deployment = ended == null ? acting.deployment() : ended.deployment();
    return new NodeReport(number, at, acting.revision(), deployment, status(), steps, underWay);
  }
}

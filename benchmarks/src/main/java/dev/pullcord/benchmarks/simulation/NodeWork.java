package dev.pullcord.benchmarks.simulation;

import dev.pullcord.agent.http.Answer;
import dev.pullcord.agent.http.Backoff;
import dev.pullcord.protocol.channel.StepPack;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.ReportNumber;
import dev.pullcord.protocol.report.NodeReport;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.ReportMessages.Batch;
import dev.pullcord.protocol.report.ReportMessages.Stored;
import dev.pullcord.protocol.report.StepRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What a node does with a commit: fetches its pack, works for as long as its script says, and says
 * what came of it. One commit at a time; only the newest waits.
 */
final class NodeWork {
  private static final String PACK = "application/x-git-packed-objects";

  private final SimulatedNode node;
  private final SimulatedFleet fleet;
  private final Backoff backoff;
  private final AtomicReference<@Nullable DesiredState> wanted = new AtomicReference<>();
  private final AtomicBoolean told = new AtomicBoolean();
  private final AtomicBoolean busy = new AtomicBoolean();
  private final AtomicReference<@Nullable StepPack> came = new AtomicReference<>();
  private @Nullable CommitId has;
  private @Nullable DesiredState reported;
  private long epoch;
  private long reports;
  private long passes;

  NodeWork(SimulatedNode node, SimulatedFleet fleet) {
    this.node = node;
    this.fleet = fleet;
    this.backoff = new Backoff(fleet.script().jitter(node.number()));
  }

  /** Returns at once. */
  void wanted(DesiredState desired) {
    CommitId commit = desired.commit();
    boolean first = !told.getAndSet(true);
    if (commit == null) {
      return;
    }
    if (first) {
      fleet.found(commit);
    }
    fleet.times(commit).ifPresent(t -> t.reached(PushTimes.Stage.TOLD, node.number()));
    wanted.set(desired);
    startIfIdle();
  }

  /** It is used once, as an agent does. */
  void came(StepPack pack) {
    came.set(pack);
  }

  private void startIfIdle() {
    if (wanted.get() != null && busy.compareAndSet(false, true)) {
      fleet.start(this::work);
    }
  }

  private void work() {
    try {
      for (DesiredState next = wanted.getAndSet(null);
          next != null && !fleet.over();
          next = wanted.getAndSet(null)) {
        if (isNew(next)) {
          apply(next);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      busy.set(false);
    }
    startIfIdle();
  }

  /** A session that is another one wants to hear of the node again. */
  private boolean isNew(DesiredState desired) {
    DesiredState last = reported;
    return last == null || last.revision() != desired.revision() || node.epoch() != epoch;
  }

  private void apply(DesiredState desired) throws InterruptedException {
    CommitId commit = desired.commit();
    if (commit == null) {
      return;
    }
    Optional<PushTimes> times = fleet.times(commit);
    FleetScript.Turn turn =
        times
            .map(t -> fleet.script().turn(node.number(), t.push()))
            .orElse(new FleetScript.Turn(0, false, false, false));
    boolean first = times.filter(t -> t.begins(node.number())).isPresent();
    if (first && turn.restarts()) {
      node.restart();
    } else if (first && turn.cut()) {
      node.cut();
    }
    Instant began = Instant.now();
    OptionalLong bytes = fetched(desired, commit);
    if (bytes.isEmpty()) {
      return;
    }
    times.ifPresent(t -> {
      t.reached(PushTimes.Stage.FETCHED, node.number());
      t.fetched(bytes.getAsLong());
    });
    Thread.sleep(turn.workMillis());
    if (!said(desired, commit, turn.fails(), began)) {
      return;
    }
    times.ifPresent(t -> t.reached(PushTimes.Stage.ACKNOWLEDGED, node.number()));
    has = turn.fails() ? has : commit;
    reported = desired;
  }

  /** The size of the pack with what is new; empty when there is something newer to do. */
  private OptionalLong fetched(DesiredState desired, CommitId commit) throws InterruptedException {
    CommitId from = has;
    if (commit.equals(from)) {
      return OptionalLong.of(0);
    }
    StepPack pack = came.getAndSet(null);
    if (pack != null && pack.have().equals(from) && pack.want().equals(commit)) {
      return OptionalLong.of(pack.bytes().length);
    }
    PackFetch fetch =
        new PackFetch(path -> node.http().content(path, PACK), () -> Thread.sleep(backoff.next()));
    OptionalLong bytes =
        fetch.bytes(desired.repository(), from, commit, () -> fleet.over() || wanted.get() != null);
    backoff.reset();
    return bytes;
  }

  /** Says it until the server has stored it; false when there is something newer to do. */
  private boolean said(DesiredState desired, CommitId commit, boolean fails, Instant began)
      throws InterruptedException {
    while (!fleet.over() && wanted.get() == null) {
      long current = node.epoch();
      if (current != 0) {
        if (current != epoch) {
          epoch = current;
          reports = 0;
        }
        NodeReport report = report(desired, commit, fails, began);
        Answer<Stored> answer =
            node.http().post("/agent/v1/reports", new Batch(List.of(report)), Stored.class);
        if (answer instanceof Answer.Value<Stored>) {
          backoff.reset();
          return true;
        }
        fleet.trouble(node.name() + " could not report: " + answer.problem());
      }
      Thread.sleep(backoff.next());
    }
    return false;
  }

  private NodeReport report(DesiredState desired, CommitId commit, boolean fails, Instant began) {
    Instant now = Instant.now();
    NodeStatus status =
        new NodeStatus(
            node.name(),
            fails ? NodeState.ROLLED_BACK : NodeState.CONVERGED,
            fails ? "check failed: the script of the simulation says so" : "runs " + commit,
            now,
            null,
            desired.ref(),
            commit,
            fails ? has : commit,
            "000001-" + commit.value().substring(0, 12),
            Map.of(),
            Map.of(),
            null,
            null,
            0,
            null,
            desired.labels(),
            desired.orders().count(),
            null);
    return new NodeReport(
        new ReportNumber(epoch, ++reports),
        now,
        desired.revision(),
        desired.deployment(),
        status,
        steps(commit, fails, began),
        null);
  }

  /** As many as an agent reports of a push that restarts nothing. */
  private List<StepRecord> steps(CommitId commit, boolean fails, Instant began) {
    passes++;
    List<StepRecord> steps = new ArrayList<>();
    for (StepRecord.Kind kind :
        List.of(StepRecord.Kind.FETCH, StepRecord.Kind.STAGE, StepRecord.Kind.SWITCH)) {
      boolean last = kind == StepRecord.Kind.SWITCH;
      steps.add(
          new StepRecord(
              passes,
              steps.size(),
              commit,
              kind,
              commit.abbreviated(),
              last && fails ? StepRecord.Outcome.RELEASE_FAULT : StepRecord.Outcome.OK,
              began,
              1,
              null,
              "simulated"));
    }
    return steps;
  }
}

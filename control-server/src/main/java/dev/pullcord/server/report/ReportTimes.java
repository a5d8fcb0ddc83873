package dev.pullcord.server.report;

import dev.pullcord.protocol.contact.SenderClock;
import dev.pullcord.protocol.report.DriftStatus;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.NodeReport;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.PinStatus;
import dev.pullcord.protocol.report.StageStatus;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.Tasks;
import dev.pullcord.protocol.report.UnderWay;
import dev.pullcord.protocol.report.WorkerStatus;
import dev.pullcord.protocol.unit.SpokenTimes;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Moves every time of a report from its agent's clock to the server's, at the door, so that a host
 * whose clock is a day off changes no order, no age and no patience behind it. What the server
 * itself had decided, such as the end of a pin, is by its clock already. A time that cannot be
 * becomes the nearest that can.
 */
final class ReportTimes {
  private final UnaryOperator<Instant> ours;
  private final boolean apart;

  /**
   * By that clock.
   *
   * @param ours makes a time of the agent's clock one of the server's
   * @param apart whether the two show different times; sentences are looked through only then
   */
  ReportTimes(UnaryOperator<Instant> ours, boolean apart) {
    this.ours = its -> SenderClock.possible(ours.apply(SenderClock.possible(its)));
    this.apart = apart;
  }

  NodeReport of(NodeReport report) {
    return new NodeReport(
        report.number(),
        ours.apply(report.at()),
        report.revision(),
        report.deployment(),
        status(report.status()),
        steps(report.steps()),
        report.underWay() == null ? null : underWay(report.underWay()));
  }

  private NodeStatus status(NodeStatus said) {
    DriftStatus drift = said.drift();
    StageStatus stage = said.stage();
    return new NodeStatus(
        said.node(),
        said.state(),
        text(said.reason()),
        ours.apply(said.since()),
        time(said.retryAt()),
        said.ref(),
        said.targetCommit(),
        said.appliedCommit(),
        said.release(),
        said.trees(),
        workers(said.workers()),
        pin(said.pin()),
        contact(said.server()),
        said.spooledReports(),
        drift == null
            ? null
            : new DriftStatus(ours.apply(drift.since()), drift.paths(), drift.reason()),
        said.labels(),
        said.orders(),
        stage == null
            ? null
            : new StageStatus(
                stage.commit(), stage.state(), text(stage.reason()), ours.apply(stage.since())));
  }

  private static @Nullable PinStatus pin(@Nullable PinStatus said) {
    return said == null
        ? null
        : new PinStatus(
            said.ref(), said.owner(), said.reason(), SenderClock.possible(said.expiresAt()));
  }

  private NodeStatus.@Nullable ServerContact contact(NodeStatus.@Nullable ServerContact said) {
    return said == null
        ? null
        : new NodeStatus.ServerContact(
            said.url(), said.connected(), time(said.lastContact()), said.problem(), said.moved());
  }

  private Map<String, WorkerStatus> workers(Map<String, WorkerStatus> said) {
    Map<String, WorkerStatus> workers = new LinkedHashMap<>();
    said.forEach((name, worker) ->
        workers.put(
            name,
            new WorkerStatus(
                worker.identity(),
                text(worker.proof()),
                worker.generations().stream().map(this::generation).toList())));
    return workers;
  }

  private GenerationStatus generation(GenerationStatus said) {
    return new GenerationStatus(
        said.number(),
        said.pid(),
        ours.apply(said.startedAt()),
        said.commit(),
        said.phase(),
        time(said.since()),
        said.tasks() == null ? null : tasks(said.tasks()),
        said.drain());
  }

  private Tasks tasks(Tasks said) {
    Tasks.Waiting waiting = said.waiting();
    return new Tasks(
        said.count(),
        said.oldest().stream()
            .map(task -> new Tasks.Task(task.name(), ours.apply(task.since())))
            .toList(),
        waiting == null
            ? null
            : new Tasks.Waiting(
                waiting.reserved(), waiting.limited(), waiting.due(), time(waiting.until())));
  }

  private List<StepRecord> steps(List<StepRecord> said) {
    return said.stream()
        .map(step ->
            new StepRecord(
                step.pass(),
                step.index(),
                step.commit(),
                step.kind(),
                step.subject(),
                step.outcome(),
                ours.apply(step.startedAt()),
                step.tookMillis(),
                step.exitCode(),
                step.output()))
        .toList();
  }

  private UnderWay underWay(UnderWay said) {
    return new UnderWay(
        said.pass(),
        said.index(),
        said.commit(),
        said.kind(),
        said.subject(),
        ours.apply(said.startedAt()),
        said.forMillis(),
        said.output(),
        steps(said.done()));
  }

  private @Nullable Instant time(@Nullable Instant said) {
    return said == null ? null : ours.apply(said);
  }

  /** Sentences name times too, such as when the process of a proof started. */
  private String text(String said) {
    return apart ? SpokenTimes.of(said).moved(ours) : said;
  }
}

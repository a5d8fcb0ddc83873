package dev.pullcord.server.report;

import dev.pullcord.protocol.contact.SeenDecision;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.ReportNumber;
import dev.pullcord.protocol.report.NodeReport;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.ReportMessages;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.UnderWay;
import dev.pullcord.server.contact.NodeContacts;
import dev.pullcord.server.contact.Talk;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.history.HistoryNotes;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.store.NodeContact;
import dev.pullcord.server.store.ReportTable;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoredNode;
import dev.pullcord.server.store.Tables;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes reports in: checks them, tells new ones from replays by (epoch, number), and stores status
 * and steps before it answers. The newest number alone sets a node's state; what comes late is
 * history. Who reports is given by the connection, whatever the report says.
 *
 * <p>What is only of this moment, the step under way, is kept in memory.
 *
 * <p>A batch is kept whole or not at all. An agent that got no answer sends it again, which changes
 * nothing if it was kept.
 */
public final class ReportIntake {
  private static final int MAX_STEPS = 256;
  private static final long EPOCHS_AHEAD = 1_000_000;

  private final Store store;
  private final FleetModel fleet;
  private final NodeContacts contacts;
  private final InstantSource clock;

  /** Intake into that store. */
  public ReportIntake(Store store, FleetModel fleet, NodeContacts contacts, InstantSource clock) {
    this.store = store;
    this.fleet = fleet;
    this.contacts = contacts;
    this.clock = clock;
  }

  /** An agent has started: issues the epoch of its reports. */
  public ReportMessages.Session session(
      NodeRecord node, ReportMessages.SessionRequest request, Talk talk) {
    NodeContact contact = contacts.session(node, talk);
    String version = cut(request.agentVersion(), 64);
    String bootId = cut(request.bootId(), 64);
    StoredNode row =
        store.write(tables -> {
          if (request.epoch() > 0) {
            takeEpoch(tables, live(tables, node), request.epoch());
          }
          tables.nodes().startEpoch(node.id(), version, bootId, clock.instant());
          tables.nodes().contact(node.id(), contact);
          StoredNode started = live(tables, node);
          tables.afterCommit(() -> fleet.started(started));
          return started;
        });
    long revision =
        fleet.byId(node.id()).map(n -> n.decision().revision()).orElse(node.decision().revision());
    return new ReportMessages.Session(row.agent().epoch(), revision, clock.instant());
  }

  /**
   * Stores a batch; when this returns it is on disk.
   *
   * @throws Refusal {@code BATCH_SIZE}, {@code STATUS_TOO_LARGE}, {@code EPOCH_UNKNOWN}
   */
  public ReportMessages.Stored store(NodeRecord node, ReportMessages.Batch batch) {
    int size = batch.reports().size();
    if (size == 0 || size > ReportMessages.MAX_PER_BATCH) {
      throw new Refusal(
          Refusal.Kind.MALFORMED,
          "BATCH_SIZE",
          "reports: 1 to " + ReportMessages.MAX_PER_BATCH + " expected, got " + size,
          "reports");
    }
    batch.reports().forEach(ReportIntake::requireBounded);
    List<NodeReport> reports = byOurClock(node, batch.reports());
    List<NodeReport> kept = reports.stream().filter(r -> !isOfTheMoment(r)).toList();
    ReportNumber highest =
        reports.stream().map(NodeReport::number).max(ReportNumber::compareTo).orElseThrow();
    // An agent of the version before says nothing else of what it has seen.
    NodeReport last = reports.getLast();
    contacts.seen(node.id(), new SeenDecision(last.revision(), null, last.status().targetCommit()));
    if (!kept.isEmpty()) {
      store.write(tables -> {
        StoredNode row = live(tables, node);
        takeEpoch(tables, row, highest.epoch());
        kept.forEach(r -> storeOne(tables, row, r));
        return highest;
      });
    }
    requireEpoch(node.row(), highest.epoch());
    reports.forEach(r -> underWay(node, r));
    return new ReportMessages.Stored(highest, clock.instant());
  }

  private List<NodeReport> byOurClock(NodeRecord node, List<NodeReport> reports) {
    NodeContact contact = contacts.newest(node);
    ReportTimes times = new ReportTimes(contact::byOurClock, contact.clockAhead() != null);
    return reports.stream().map(times::of).toList();
  }

  /**
   * A store that was restored from a backup has issued fewer epochs than the node has seen. Then
   * the node is right: the next epoch is higher than any that it has used.
   */
  private static void takeEpoch(Tables tables, StoredNode row, long epoch) {
    requireEpoch(row, epoch);
    if (epoch > row.agent().epoch()) {
      tables.nodes().raiseEpoch(row.id(), epoch);
    }
  }

  private static void requireEpoch(StoredNode row, long epoch) {
    if (epoch > row.agent().epoch() + EPOCHS_AHEAD) {
      throw new Refusal(
          Refusal.Kind.INVALID,
          "EPOCH_UNKNOWN",
          "epoch " + epoch + " is far above " + row.agent().epoch() + ", the last one of this node",
          "reports");
    }
  }

  /**
   * Whether it says no more than what is under way: that is not worth the disk, and its loss is
   * made good by the next one. What could make a node converged is never taken for that.
   */
  private static boolean isOfTheMoment(NodeReport report) {
    return report.underWay() != null
        && report.steps().isEmpty()
        && report.status().state() != NodeState.CONVERGED;
  }

  private void underWay(NodeRecord node, NodeReport report) {
    UnderWay step = report.underWay();
    if (step != null && isOfTheMoment(report)) {
      fleet.underWay(
          new ReportTable.Latest(
              node.id(), report.number(), clock.instant(), report.revision(), report.status()),
          StepBounds.bounded(step));
    }
  }

  private void storeOne(Tables tables, StoredNode row, NodeReport report) {
    if (!tables.reports().accept(row.id(), report.number())) {
      return;
    }
    HistoryNotes.ran(tables, row.id(), report, clock.instant());
    List<StepRecord> steps = StepBounds.bounded(report.steps(), MAX_STEPS);
    tables.reports().addSteps(row.id(), report.number(), deployment(tables, row, report), steps);
    var latest =
        new ReportTable.Latest(
            row.id(), report.number(), clock.instant(), report.revision(), report.status());
    if (tables.reports().save(latest)) {
      Long deployment = row.deployment();
      if (deployment != null && NodeRecord.isConverged(row, latest)) {
        tables.deployments().converged(deployment, row.id(), latest.receivedAt());
      }
      tables.afterCommit(() -> fleet.said(latest));
    }
  }

  /** A store that was restored has other deployments under the same numbers. */
  private static @Nullable Long deployment(Tables tables, StoredNode row, NodeReport report) {
    Long id = report.deployment();
    CommitId commit = report.status().targetCommit();
    DesiredState decided = row.decision();
    boolean known =
        id == null
            || (decided != null
                && id.equals(decided.deployment())
                && Objects.equals(commit, decided.commit()))
            || tables.deployments().find(id).filter(d -> d.commit().equals(commit)).isPresent();
    return known ? id : null;
  }

  private static StoredNode live(Tables tables, NodeRecord node) {
    return tables
        .nodes()
        .find(node.id())
        .orElseThrow(() ->
            new Refusal(Refusal.Kind.FORBIDDEN, "NODE_REMOVED", "this node was removed", null));
  }

  private static void requireBounded(NodeReport report) {
    NodeStatus status = report.status();
    if (!status.fits()) {
      throw new Refusal(
          Refusal.Kind.INVALID,
          "STATUS_TOO_LARGE",
          "the status of report "
              + report.number()
              + " has more than "
              + NodeStatus.CHARS_MAX
              + " characters",
          "reports");
    }
  }

  private static String cut(@Nullable String text, int most) {
    String given = text == null ? "unknown" : text;
    return given.length() > most ? given.substring(0, most) : given;
  }
}

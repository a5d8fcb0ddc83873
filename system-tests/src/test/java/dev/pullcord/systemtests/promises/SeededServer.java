package dev.pullcord.systemtests.promises;

import dev.pullcord.protocol.api.Invitation;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.enroll.EnrollRequest;
import dev.pullcord.protocol.enroll.JoinToken;
import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.id.ReportNumber;
import dev.pullcord.protocol.report.ReportMessages;
import dev.pullcord.server.audit.AuditLog;
import dev.pullcord.server.contact.LaterDecisions;
import dev.pullcord.server.contact.NodeContacts;
import dev.pullcord.server.contact.Talk;
import dev.pullcord.server.deployment.DeploymentProgress;
import dev.pullcord.server.deployment.DerivedDeployments;
import dev.pullcord.server.deployment.RolloutLoop;
import dev.pullcord.server.desired.Decisions;
import dev.pullcord.server.desired.Incarnations;
import dev.pullcord.server.desired.Rollouts;
import dev.pullcord.server.enroll.Enrollment;
import dev.pullcord.server.enroll.Invitations;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.operations.Operations;
import dev.pullcord.server.operations.hold.Holds;
import dev.pullcord.server.report.Heartbeats;
import dev.pullcord.server.report.ReportIntake;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.view.FleetViews;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One start of a server: its rooms as {@code ServerCore} puts them together, without ports, threads
 * and timers.
 */
final class SeededServer {
  static final Principal ADA = new Principal("ada", Principal.Role.ADMIN);
  private static final AuditTable.Source FROM =
      new AuditTable.Source(AuditTable.Way.AGENTS, "192.0.2.7");

  final String name;
  final Operations operations;
  final Holds holds;
  final FleetModel model;
  private final DerivedDeployments deployments;
  private final NodeContacts contacts;
  private final ReportIntake intake;
  private final Heartbeats heartbeats;
  private final DeploymentProgress progress;
  private final RolloutLoop waves;
  private final Invitations invitations;
  private final Enrollment enrollment;
  private final SeededClock clock;
  private final SeededRun run;
  private final Store store;
  private final Map<Long, Consumer<DesiredState>> streams = new HashMap<>();

  SeededServer(String name, Store store, SeededRun run, SeededClock clock) {
    SeededCommits commits = run.commits();
    this.name = name;
    this.run = run;
    this.store = store;
    this.clock = clock;
    AuditLog audit = new AuditLog(store, clock);
    model = FleetModel.load(store, clock, Runnable::run);
    FleetViews views = new FleetViews(model, store, clock);
    Incarnations incarnations = Incarnations.begin(store, name, clock);
    Rollouts rollouts = new Rollouts(commits, model);
    progress = new DeploymentProgress(store, model);
    Decisions decisions = new Decisions("fleet", clock, model, incarnations, rollouts, progress);
    contacts =
        new NodeContacts(
            store, model, new LaterDecisions(incarnations, decisions, commits, model), clock);
    deployments =
        new DerivedDeployments(store, commits, decisions, model, progress, this::wake, clock);
    waves = new RolloutLoop(store, model, rollouts, decisions, this::wake, clock);
    invitations = new Invitations(store, clock, "ab".repeat(32), "https://control:8421");
    Operations.Rooms rooms =
        new Operations.Rooms(store, model, views, decisions, this::wake, invitations, clock);
    operations = Operations.of(rooms, commits, streams::remove);
    holds = Holds.of(rooms, commits, deployments);
    enrollment =
        new Enrollment(
            store, clock, "fleet", (tables, node) -> decisions.settle(tables, node.id()), audit);
    intake = new ReportIntake(store, model, contacts, clock);
    heartbeats = new Heartbeats(store, model);
  }

  /** As {@code ServerCore} starts. */
  void start() {
    operations.pins().expire();
    operations.suspensions().expire();
    deployments.reconcile();
    holds.tick();
  }

  /** As its timers do. */
  void tick() {
    model.tick();
    contacts.tick();
    deployments.catchUp();
    operations.pins().expire();
    waves.run();
    holds.tick();
    progress.keep();
    if (run.bug().is(PlantedBug.OUTCOME_CHANGED)) {
      store.write(tables -> {
        tables.deployments().live().forEach(d -> tables.deployments().reopen(d.id()));
        return null;
      });
    }
  }

  void flush() {
    heartbeats.flush();
  }

  /** After the head of a branch was moved. */
  void pushed() {
    deployments.reconcile();
  }

  private void wake(Collection<Long> nodes) {
    nodes.forEach(id -> {
      Consumer<DesiredState> stream = streams.get(id);
      if (stream != null) {
        model.byId(id).ifPresent(n -> stream.accept(n.desiredAt(clock.instant())));
      }
    });
  }

  void join(String node) {
    Invitation invitation =
        operations
            .invitations()
            .create(ADA, new Invitation.Request(null, null, List.of("main"), null, null));
    JoinToken token = JoinToken.parse(invitation.token());
    enrollment.enroll(
        key(node), new EnrollRequest(token.id(), token.secret(), new NodeName(node), null), FROM);
  }

  private static NodeKeyId key(String name) {
    return new NodeKeyId(String.format("%064x", name.hashCode() & 0xffffffffL));
  }

  NodeRecord record(String node) {
    return model.byName(new NodeName(node)).orElseThrow();
  }

  // What agents ask.

  ReportMessages.Session session(String node, long epoch, Talk talk) {
    NodeRecord record = record(node);
    heartbeats.touch(record.id());
    ReportMessages.Session opened =
        intake.session(record, new ReportMessages.SessionRequest("1.0", "boot", epoch), talk);
    return run.bug().is(PlantedBug.OLD_EPOCH) && !name.equals("s1")
        ? new ReportMessages.Session(1, opened.revision(), opened.serverTime())
        : opened;
  }

  DesiredState stream(String node, Talk talk, Consumer<DesiredState> stream) {
    NodeRecord record = record(node);
    contacts.streamOpens(record, talk);
    model.found(record.id());
    streams.put(record.id(), stream);
    return record(node).desiredAt(clock.instant());
  }

  void streamEnded(String node, Consumer<DesiredState> stream) {
    long id = record(node).id();
    if (streams.remove(id, stream)) {
      contacts.streamEnded(id);
    }
  }

  DesiredState desired(String node, Talk talk) {
    contacts.heard(record(node), talk);
    return record(node).desiredAt(clock.instant());
  }

  ReportMessages.Heartbeat heartbeat(String node, Talk talk) {
    contacts.heard(record(node), talk);
    return new ReportMessages.Heartbeat(record(node).decision().revision(), clock.instant());
  }

  ReportMessages.Stored reports(String node, ReportMessages.Batch batch, Talk talk) {
    contacts.heard(record(node), talk);
    if (run.bug().is(PlantedBug.REPORTS_NOT_KEPT) && batch.reports().size() > 1) {
      ReportNumber last = batch.reports().getLast().number();
      return new ReportMessages.Stored(last, clock.instant());
    }
    return intake.store(record(node), batch);
  }
}

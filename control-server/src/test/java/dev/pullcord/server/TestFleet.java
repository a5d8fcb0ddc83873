package dev.pullcord.server;

import dev.pullcord.protocol.api.Invitation;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.channel.ServerEvent;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.desired.Pin;
import dev.pullcord.protocol.enroll.EnrollRequest;
import dev.pullcord.protocol.enroll.JoinToken;
import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeReport;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.ReportMessages;
import dev.pullcord.server.action.ActionRuns;
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
import dev.pullcord.server.store.sqlite.TestStore;
import dev.pullcord.server.view.FleetViews;
import dev.pullcord.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The rooms of the server around a real store, with a clock that a test moves by hand and listeners
 * that are called at once. {@link #restarted()} is the same server after a kill.
 */
public final class TestFleet implements AutoCloseable {
  public static final Principal ADA = new Principal("ada", Principal.Role.ADMIN);

  /** Where every node joins from. */
  public static final AuditTable.Source FROM =
      new AuditTable.Source(AuditTable.Way.AGENTS, "192.0.2.7");

  public final ManualClock clock;
  public final FakeCommits commits;
  public final Store store;
  public final AuditLog auditLog;
  public final FleetModel model;
  public final FleetViews views;
  public final DerivedDeployments deployments;
  public final Operations operations;
  public final Holds holds;
  public final Invitations invitations;
  public final Enrollment enrollment;
  public final NodeContacts contacts;
  public final ReportIntake intake;
  public final Heartbeats heartbeats;
  public final DeploymentProgress progress;
  public final RolloutLoop waves;
  public final Decisions decisions;
  public final List<NodeName> woken = new ArrayList<>();
  public final List<Long> cutOff = new ArrayList<>();
  private final Path file;
  private final BiFunction<Store, InstantSource, Store> seam;

  public TestFleet(Path directory) {
    this(directory, (store, _) -> store);
  }

  /**
   * With something around its store.
   *
   * @param seam is given the store of each start, and the clock
   */
  public TestFleet(Path directory, BiFunction<Store, InstantSource, Store> seam) {
    this(directory.resolve("store.db"), seam, ManualClock.atNewYear(), new FakeCommits());
  }

  private TestFleet(
      Path file,
      BiFunction<Store, InstantSource, Store> seam,
      ManualClock clock,
      FakeCommits commits) {
    this.file = file;
    this.seam = seam;
    this.clock = clock;
    this.commits = commits;
    store = seam.apply(TestStore.open(file), clock);
    auditLog = new AuditLog(store, clock);
    model = FleetModel.load(store, clock, Runnable::run);
    views = new FleetViews(model, store, clock);
    Incarnations incarnations =
        Incarnations.begin(
            store, "i" + store.read(t -> t.revisions().incarnations().size()), clock);
    Rollouts rollouts = new Rollouts(commits, model);
    progress = new DeploymentProgress(store, model);
    decisions = new Decisions("fleet", clock, model, incarnations, rollouts, progress);
    contacts =
        new NodeContacts(
            store, model, new LaterDecisions(incarnations, decisions, commits, model), clock);
    deployments =
        new DerivedDeployments(store, commits, decisions, model, progress, this::wake, clock);
    waves = new RolloutLoop(store, model, rollouts, decisions, this::wake, clock);
    invitations = new Invitations(store, clock, "ab".repeat(32), "https://control:8421");
    Operations.Rooms rooms =
        new Operations.Rooms(store, model, views, decisions, this::wake, invitations, clock);
    operations = Operations.of(rooms, commits, cutOff::add);
    holds = Holds.of(rooms, commits, deployments);
    enrollment =
        new Enrollment(
            store, clock, "fleet", (tables, node) -> decisions.settle(tables, node.id()), auditLog);
    intake = new ReportIntake(store, model, contacts, clock);
    heartbeats = new Heartbeats(store, model);
  }

  private void wake(java.util.Collection<Long> ids) {
    ids.forEach(id -> woken.add(model.byId(id).orElseThrow().name()));
  }

  /** The same rooms' deployments over a store that may fail. */
  public DerivedDeployments deployments(Store failing) {
    return new DerivedDeployments(
        failing,
        commits,
        decisions,
        model,
        new DeploymentProgress(failing, model),
        this::wake,
        clock);
  }

  /** Runs of actions, to nodes that hear what is put into {@code line}. */
  public ActionRuns runs(ActionRuns.Line line) {
    return new ActionRuns(new ActionRuns.Rooms(store, model, commits, clock), line);
  }

  /** Runs of actions that no node hears of. */
  public ActionRuns runs() {
    return runs(
        new ActionRuns.Line() {
          @Override
          public boolean connected(long node) {
            return false;
          }

          @Override
          public void tell(long node, ServerEvent.ActionsWanted orders) {}
        });
  }

  /** The same files and the same clock, with everything read anew. */
  public TestFleet restarted() {
    store.close();
    TestFleet next = new TestFleet(file, seam, clock, commits);
    next.operations.pins().expire();
    next.deployments.reconcile();
    next.waves.run();
    next.holds.tick();
    return next;
  }

  public static NodeKeyId key(String name) {
    return new NodeKeyId(String.format("%064x", name.hashCode() & 0xffffffffL));
  }

  /** Invites and enrols; the nodes follow main unless they are told otherwise. */
  public void join(String... names) {
    for (String name : names) {
      joinTo("main", name);
    }
  }

  public void joinTo(String ref, String name) {
    Invitation invitation =
        operations
            .invitations()
            .create(ADA, new Invitation.Request(null, null, List.of(ref), null, null));
    JoinToken token = JoinToken.parse(invitation.token());
    enrollment.enroll(
        key(name), new EnrollRequest(token.id(), token.secret(), new NodeName(name), null), FROM);
  }

  /** Starts the agents, which is their first contact. */
  public void start(String... names) {
    Arrays.stream(names)
        .forEach(n ->
            intake.session(
                record(n), new ReportMessages.SessionRequest("1.0", "boot", 0), Talk.NOTHING));
  }

  public void pin(String name, String ref, String duration) {
    operations.pins().pin(ADA, new NodeName(name), new PinView.Request(ref, duration, "trying it"));
  }

  public NodeRecord record(String name) {
    return model.byName(new NodeName(name)).orElseThrow();
  }

  public NodeView view(String name) {
    return views.node(new NodeName(name)).orElseThrow();
  }

  public NodeState state(String name) {
    return view(name).state();
  }

  public DesiredState desired(String name) {
    return record(name).desiredAt(clock.instant());
  }

  /** The deployment of the node's decision, which has to be there. */
  public long deployment(String name) {
    return Objects.requireNonNull(desired(name).deployment(), name);
  }

  /** The pin of the node's decision, which has to be there. */
  public Pin pinOf(String name) {
    return Objects.requireNonNull(desired(name).pin(), name);
  }

  public ReportMessages.Stored report(String name, NodeReport... reports) {
    return intake.store(record(name), new ReportMessages.Batch(List.of(reports)));
  }

  /** Each of them says that it runs what it is to run. */
  public void converge(String... names) {
    for (String name : names) {
      report(name, Said.by(this, name).next());
    }
  }

  public void advance(Duration by) {
    clock.advance(by);
    model.tick();
    contacts.tick();
  }

  public List<AuditTable.Act> audit() {
    // Behind whatever waits to be written.
    return store.write(tables -> tables.audit().newest(100));
  }

  public Optional<AuditTable.Act> audited(String what) {
    return audit().stream().filter(e -> e.what().equals(what)).findFirst();
  }

  @Override
  public void close() {
    store.close();
  }
}

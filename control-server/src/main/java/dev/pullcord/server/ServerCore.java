package dev.pullcord.server;

import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.server.action.ActionRuns;
import dev.pullcord.server.api.AgentApi;
import dev.pullcord.server.audit.AuditLog;
import dev.pullcord.server.channel.AgentStreams;
import dev.pullcord.server.channel.LogRelay;
import dev.pullcord.server.channel.NodeRoom;
import dev.pullcord.server.contact.LaterDecisions;
import dev.pullcord.server.contact.NodeContacts;
import dev.pullcord.server.deployment.DeploymentProgress;
import dev.pullcord.server.deployment.Deployments;
import dev.pullcord.server.deployment.DerivedDeployments;
import dev.pullcord.server.deployment.RolloutLoop;
import dev.pullcord.server.desired.CommitSource;
import dev.pullcord.server.desired.Decisions;
import dev.pullcord.server.desired.Incarnations;
import dev.pullcord.server.desired.Rollouts;
import dev.pullcord.server.enroll.Enrollment;
import dev.pullcord.server.enroll.Invitations;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.gate.Gates;
import dev.pullcord.server.gate.KeptGates;
import dev.pullcord.server.host.Timers;
import dev.pullcord.server.operations.Operations;
import dev.pullcord.server.operations.hold.Holds;
import dev.pullcord.server.report.Heartbeats;
import dev.pullcord.server.report.ReportIntake;
import dev.pullcord.server.security.NodeAccess;
import dev.pullcord.server.security.NodeKeys;
import dev.pullcord.server.security.PeerKeys;
import dev.pullcord.server.security.token.ApiTokens;
import dev.pullcord.server.security.token.Secrets;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.view.FleetReader;
import dev.pullcord.server.view.FleetViews;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

/**
 * Puts together what the server knows, decides and keeps, over one store. {@code ServerAssembly}
 * adds the git host, the two ports and what people are shown.
 */
public final class ServerCore implements AutoCloseable {
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);

  private final ExecutorService changes = LastingThreads.pool("fleet-changes", 1);
  private final Timers timers = new Timers();
  private final Store store;
  private final AuditLog audit;
  private final FleetModel model;
  private final FleetViews views;
  private final Operations operations;
  private final Holds holds;
  private final DerivedDeployments deployments;
  private final ApiTokens apiTokens;
  private final Invitations invitations;
  private final NodeKeys nodeKeys;
  private final Enrollment enrollment;
  private final NodeContacts contacts;
  private final Heartbeats heartbeats;
  private final DeploymentProgress progress;
  private final RolloutLoop rolloutLoop;
  private final ExecutorService rolloutThread = LastingThreads.pool("rollouts", 1);
  private final AgentStreams streams;
  private final LogRelay logs;
  private final KeptGates gates;
  private final ActionRuns runs;
  private final ReportIntake reports;
  private final AgentApi agentApi;

  /**
   * What the core has to be told.
   *
   * @param repository the repository's name
   * @param serverPin SHA-256 of the public key of the agents' port, 64 hex digits
   * @param agentsUrl how nodes reach that port, {@code https://host:8421}
   * @param room how many nodes may be connected
   */
  public record Settings(String repository, String serverPin, String agentsUrl, NodeRoom room) {}

  /**
   * Puts the rooms together; nothing runs before {@link #start}.
   *
   * @param store open; closed with this
   * @param commits the git host
   * @param peers how a connection's key is found
   */
  public ServerCore(
      Settings settings, Store store, CommitSource commits, PeerKeys peers, InstantSource clock) {
    this.store = store;
    model = FleetModel.load(store, clock, changes);
    views = new FleetViews(model, store, clock);
    Incarnations incarnations = Incarnations.begin(store, Long.toHexString(Secrets.id()), clock);
    Rollouts rollouts = new Rollouts(commits, model);
    progress = new DeploymentProgress(store, model);
    Decisions decisions =
        new Decisions(settings.repository(), clock, model, incarnations, rollouts, progress);
    contacts =
        new NodeContacts(
            store, model, new LaterDecisions(incarnations, decisions, commits, model), clock);
    audit = new AuditLog(store, clock);
    nodeKeys = new NodeKeys(model);
    apiTokens = new ApiTokens(store, clock);
    streams =
        new AgentStreams(
            new NodeAccess(peers, key -> nodeKeys.require(Optional.of(key)).name(), audit),
            nodeKeys,
            model,
            clock,
            contacts,
            settings.room());
    deployments =
        new DerivedDeployments(store, commits, decisions, model, progress, streams, clock);
    rolloutLoop = new RolloutLoop(store, model, rollouts, decisions, streams, clock);
    gates = new KeptGates(store, decisions, model, streams, clock);
    invitations = new Invitations(store, clock, settings.serverPin(), settings.agentsUrl());
    Operations.Rooms rooms =
        new Operations.Rooms(store, model, views, decisions, streams, invitations, clock);
    operations = Operations.of(rooms, commits, streams::cutOff);
    holds = Holds.of(rooms, commits, deployments);
    enrollment =
        new Enrollment(
            store,
            clock,
            settings.repository(),
            (tables, node) -> decisions.settle(tables, node.id()),
            audit);
    heartbeats = new Heartbeats(store, model);
    logs = new LogRelay((node, event) -> model.heardOf(node) && streams.ask(node, event));
    runs =
        new ActionRuns(new ActionRuns.Rooms(store, model, commits, clock), new ActionLine(streams));
    streams.onOpen(runs::opened);
    reports = new ReportIntake(store, model, contacts, clock);
    agentApi = new AgentApi(nodeKeys, enrollment, reports, contacts, logs, runs.intake(), clock);
  }

  /** Mends what a kill may have left half done, and starts the timers, which do it too. */
  public void start() {
    timers.now(
        TICK,
        List.of(
            new Timers.Part("pins", operations.pins()::expire),
            new Timers.Part("suspensions", operations.suspensions()::expire),
            new Timers.Part("branches", () -> deployments.reconcile().forEach(this::found)),
            new Timers.Part("gates", () -> gates.endLeft(deployments::isCompared)),
            new Timers.Part("holds", holds::tick)));
    rolloutLoop.follow(rolloutThread);
    timers.every(TICK, ticks());
    timers.every(HEARTBEAT, "heartbeats", heartbeats::flush);
    timers.every(AgentStreams.PULSE, "comments", streams::pulse);
  }

  /** A branch that moved while nobody listened, by hand or in a push that a kill cut short. */
  private void found(Deployments.RefMoved moved) {
    String before = moved.before() == null ? null : moved.before().value();
    audit.done("server", null, "ref.found", moved.ref(), before, moved.commit().value());
  }

  /** Has something done again and again, until the core is closed. */
  public void every(Duration period, String name, Runnable task) {
    timers.every(period, name, task);
  }

  /** Each for itself: a repository that cannot be read must not keep a pin from ending. */
  private List<Timers.Part> ticks() {
    return List.of(
        new Timers.Part("fleet", model::tick),
        new Timers.Part("contacts", contacts::tick),
        new Timers.Part("branches", () -> deployments.catchUp().forEach(this::found)),
        new Timers.Part("pins", operations.pins()::expire),
        new Timers.Part("suspensions", operations.suspensions()::expire),
        new Timers.Part("rollouts", () -> rolloutLoop.runSoon(rolloutThread)),
        new Timers.Part("gates", () -> gates.endLeft(deployments::isCompared)),
        new Timers.Part("holds", holds::tick),
        new Timers.Part("deployments", progress::keep),
        new Timers.Part("runs", runs::tick),
        new Timers.Part("audit", audit::tick));
  }

  /** Says further things that need a person, a line each. */
  public void alarms(Supplier<List<String>> more) {
    views.alarms(fleet ->
        fleet
            .troubled(deployments::trouble, deployments.alarms())
            .alarmedToo(streams.alarms())
            .alarmedToo(more.get()));
  }

  /** What people are shown. */
  public FleetReader fleet() {
    return views;
  }

  /** Nodes by id and key, with what they are to run. */
  public FleetModel model() {
    return model;
  }

  /** What people change. */
  public Operations operations() {
    return operations;
  }

  /** What people hold, and turn back. */
  public Holds holds() {
    return holds;
  }

  /** To be reconciled after each push. */
  public Deployments deployments() {
    return deployments;
  }

  /** Where canaries try a commit before its branch moves. */
  public Gates gates() {
    return gates;
  }

  /** Who did what. */
  public AuditLog audit() {
    return audit;
  }

  /** Who a bearer token is. */
  public ApiTokens apiTokens() {
    return apiTokens;
  }

  /** With which tokens nodes join. */
  public Invitations invitations() {
    return invitations;
  }

  /** Which node a connection's key is. */
  public NodeKeys nodeKeys() {
    return nodeKeys;
  }

  /** For its count of refusals. */
  public Enrollment enrollment() {
    return enrollment;
  }

  /** To be told of each request of a node that does not go through the agents' API. */
  public Heartbeats heartbeats() {
    return heartbeats;
  }

  /** The handler of the event streams; wraps the rest of the agents' port. */
  public AgentStreams streams() {
    return streams;
  }

  public ReportIntake reports() {
    return reports;
  }

  /** The other routes of the agents' port. */
  public AgentApi agentApi() {
    return agentApi;
  }

  /** Workers' logs on their way to whoever reads them. */
  public LogRelay logs() {
    return logs;
  }

  /** Runs of actions. */
  public ActionRuns runs() {
    return runs;
  }

  /** What survives. */
  public Store store() {
    return store;
  }

  /** Tells the agents, writes what is left, and closes the store; what fails keeps no other. */
  @Override
  public void close() {
    ClosingStack steps = new ClosingStack();
    steps.push("store", store);
    steps.push("audit", audit);
    steps.push("rollouts", rolloutThread::shutdown);
    steps.push("changes", changes::shutdown);
    steps.push("contacts", contacts::close);
    steps.push("heartbeats", heartbeats::flush);
    steps.push("runs", runs::close);
    steps.push("streams", () -> streams.goAway("the server stops"));
    steps.push("timers", timers);
    steps.close();
  }
}

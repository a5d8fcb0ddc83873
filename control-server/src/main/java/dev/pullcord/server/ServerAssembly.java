package dev.pullcord.server;

import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.git.remote.access.ProxyChoice;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.server.alert.Alerts;
import dev.pullcord.server.alert.receiver.HttpPost;
import dev.pullcord.server.channel.NodeRoom;
import dev.pullcord.server.commands.AdminTokenCommand;
import dev.pullcord.server.config.Advertised;
import dev.pullcord.server.config.ServerConfig;
import dev.pullcord.server.dashboard.Dashboard;
import dev.pullcord.server.dashboard.Pages;
import dev.pullcord.server.dashboard.action.ActionPages;
import dev.pullcord.server.dashboard.alert.AlertPages;
import dev.pullcord.server.dashboard.audit.AuditPages;
import dev.pullcord.server.dashboard.deployment.DeploymentPages;
import dev.pullcord.server.dashboard.fleet.FleetPages;
import dev.pullcord.server.dashboard.hold.HoldForms;
import dev.pullcord.server.dashboard.logs.LogPages;
import dev.pullcord.server.dashboard.logs.LogTails;
import dev.pullcord.server.dashboard.node.NodePages;
import dev.pullcord.server.dashboard.pins.PinPages;
import dev.pullcord.server.dashboard.remedy.RemedyPages;
import dev.pullcord.server.dashboard.repository.RepositoryPages;
import dev.pullcord.server.dashboard.search.SearchPages;
import dev.pullcord.server.dashboard.session.StoredSessions;
import dev.pullcord.server.dashboard.settings.SettingsPages;
import dev.pullcord.server.dashboard.tokens.InvitationPages;
import dev.pullcord.server.dashboard.tokens.TokenPages;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.githost.comparison.History;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.host.FileMark;
import dev.pullcord.server.host.ProcessLimits;
import dev.pullcord.server.host.ServerClock;
import dev.pullcord.server.host.StateAccess;
import dev.pullcord.server.host.StateFiles;
import dev.pullcord.server.http.ConnectionKeys;
import dev.pullcord.server.http.KnownHosts;
import dev.pullcord.server.http.Listener;
import dev.pullcord.server.http.RequestAdmission;
import dev.pullcord.server.peers.KnownServers;
import dev.pullcord.server.peers.OnlyServer;
import dev.pullcord.server.security.limit.FailedSignIns;
import dev.pullcord.server.security.limit.OpenRequests;
import dev.pullcord.server.security.tls.KeyRotation;
import dev.pullcord.server.security.tls.TlsKeys;
import dev.pullcord.server.security.token.StoredTokens;
import dev.pullcord.server.standby.ServersOfDatabase;
import dev.pullcord.server.store.Store;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A running server: every room, put together by hand. Order of the start: the lock, the ports
 * (while another server has the store, they answer that this one is a standby), the store and the
 * repository, what a kill left half done, the first answer. The end is the other way round.
 */
final class ServerAssembly implements AutoCloseable {
  private static final Duration SAY_SERVERS = Duration.ofSeconds(1);

  private final ClosingStack closing;
  private final Listener people;
  private final Listener agents;

  private ServerAssembly(ClosingStack closing, Listener people, Listener agents) {
    this.closing = closing;
    this.people = people;
    this.agents = agents;
  }

  /** Starts the server; when this returns, both ports answer. */
  static ServerAssembly start(ServerConfig config) throws IOException {
    return start(config, PortRoutes.Table.STANDARD);
  }

  /** The same with other routes. */
  static ServerAssembly start(ServerConfig config, PortRoutes.Table table) throws IOException {
    return start(config, table, new ClosingStack(), () -> {});
  }

  /**
   * The same.
   *
   * @param closing gets what has to be closed as soon as it is there, for an end before the start
   * @param waits is run when the ports answer only that another server is active
   */
  static ServerAssembly start(
      ServerConfig config, PortRoutes.Table table, ClosingStack closing, Runnable waits)
      throws IOException {
    try {
      return assembled(config, table, closing, waits);
    } catch (IOException | RuntimeException e) {
      closing.close();
      throw e;
    }
  }

  private static ServerAssembly assembled(
      ServerConfig config, PortRoutes.Table table, ClosingStack closing, Runnable waits)
      throws IOException {
    StateAccess.check(config.state());
    closing.push("state lock", StateFiles.lock(config.state()));
    CertifiedKey agentsKeys = TlsKeys.load(config.tls(), "agents");
    CertifiedKey peopleKeys = config.plainHttp() ? null : TlsKeys.load(config.tls(), "people");
    for (String port : List.of("agents", "people")) {
      new KeyRotation(config.tls(), port).noteShown(ServerClock.now());
    }
    KnownHosts hosts = new KnownHosts(Advertised.names(config, agentsKeys, peopleKeys));
    StoreTaking.Taken taken =
        new StoreTaking(config, agentsKeys, peopleKeys, hosts, closing).take(waits);
    Listener people = taken.people();
    Listener agents = taken.agents();
    Store store = closing.push("store", taken.store());
    RepositoryStore repository =
        closing.push("repository", taken.repository(config.repositories()));
    String host = Advertised.host(config, agentsKeys);
    InstantSource clock = ServerClock.system();
    ServerCore.Settings settings =
        settings(config, repository.name(), agentsKeys, agents.url(host));
    ServerCore core =
        closing.push(
            "core", new ServerCore(settings, store, repository, new ConnectionKeys(), clock));
    taken.follow(core);
    core.apiTokens().watch(new FileMark(config.state().resolve(AdminTokenCommand.MARK)));
    HostedRepository hosted = HostedRepository.of(core, repository, config.upstream(), clock);
    core.alarms(hosted::alarms);
    Dashboard.Addresses addresses =
        new Dashboard.Addresses(
            URI.create(people.url(Advertised.people(config, host))),
            URI.create(agents.url(host)),
            repository.name(),
            repository.defaultBranch(),
            config.badge());
    HttpPost http =
        closing.push(
            "requests of alerts", new HttpPost(clock, new ProxyChoice(System.getenv())::of));
    Alerts alerts =
        closing.push(
            "alerts", ServerAlerts.start(core, hosted, config, addresses.people(), http, clock));
    PortRoutes.Edge edge = edge(config, taken.admission(hosts), clock);
    SettingsFacts facts = new SettingsFacts(config, addresses, peopleKeys, agentsKeys);
    Dashboard dashboard =
        new Dashboard(
            entrance(core, edge), addresses, clock, pages(core, hosted, facts, edge, alerts));
    core.start();
    dashboard.start();
    PortRoutes.Place place = new PortRoutes.Place(addresses.people(), config.state());
    PortRoutes.Services told =
        new PortRoutes.Services(alerts, servers(taken, core, addresses, clock));
    new PortRoutes(core, hosted, clock, place, edge, told, table.with(config.upstream()))
        .open(people, agents, dashboard, closing);
    ServerAssembly server = new ServerAssembly(closing, people, agents);
    AtomicFiles.write(config.state().resolve("ports.json"), server.ports());
    return server;
  }

  private static ServerCore.Settings settings(
      ServerConfig config, String repository, CertifiedKey agentsKeys, String agentsUrl) {
    NodeRoom room = NodeRoom.fitting(ProcessLimits.heapBytes(), config.limits().agents().open());
    return new ServerCore.Settings(repository, agentsKeys.pin(), agentsUrl, room);
  }

  /** Tells agents and people where the servers are. */
  private static KnownServers servers(
      StoreTaking.Taken taken,
      ServerCore core,
      Dashboard.Addresses addresses,
      InstantSource clock) {
    OnlyServer alone =
        new OnlyServer(addresses.people().toString(), addresses.agents().toString(), clock);
    KnownServers servers =
        taken
            .servers()
            .<KnownServers>map(seen -> new ServersOfDatabase(seen::all, clock))
            .orElse(alone);
    core.every(
        SAY_SERVERS,
        "servers told",
        () -> {
          if (!servers.all().isEmpty()) {
            core.streams().servers(servers.forAgents());
          }
        });
    return servers;
  }

  private static PortRoutes.Edge edge(
      ServerConfig config, RequestAdmission admission, InstantSource clock) throws IOException {
    return new PortRoutes.Edge(
        admission,
        config.limits(),
        FailedSignIns.load(clock, config.state().resolve("wrong-tokens.json")),
        new OpenRequests(System::nanoTime, admission.current()));
  }

  private static Dashboard.Entrance entrance(ServerCore core, PortRoutes.Edge edge) {
    return new Dashboard.Entrance(
        new StoredTokens(core.apiTokens()),
        edge.failures(),
        core.audit(),
        new StoredSessions(core.store(), core.apiTokens()),
        edge.limits().pages().shares(),
        edge.open());
  }

  private String ports() throws IOException {
    Map<String, Object> ports = new LinkedHashMap<>();
    ports.put("people", people.number());
    ports.put("agents", agents.number());
    ports.put("peopleUrl", people.url());
    ports.put("agentsUrl", agents.url());
    return PullcordJson.write(ports) + "\n";
  }

  /** {@code ready people=https://127.0.0.1:8420 agents=https://127.0.0.1:8421}. */
  String readyLine() throws IOException {
    return "ready people=" + people.url() + " agents=" + agents.url();
  }

  @Override
  public void close() {
    closing.close();
  }

  private static List<Pages> pages(
      ServerCore core,
      HostedRepository hosted,
      SettingsFacts facts,
      PortRoutes.Edge edge,
      Alerts alerts) {
    RepositoryStore repository = hosted.store();
    History history = new History(repository);
    return List.of(
        new FleetPages(core.fleet()),
        new NodePages(core.fleet(), core.operations(), repository, history),
        new HoldForms(core.fleet(), core.holds(), core.gates()),
        new RemedyPages(
            core.fleet(), core.operations().nodes(), core.holds().rollbacks(), repository, history),
        new LogPages(
            core.fleet(),
            new LogTails(
                name -> core.model().byName(name).map(NodeRecord::id),
                core.logs(),
                System::nanoTime),
            edge.limits().logs().shares()),
        new RepositoryPages(hosted.upstream()),
        new PinPages(
            core.fleet(),
            core.operations().pins(),
            repository,
            history,
            n -> core.store().read(tables -> tables.audit().newest(n))),
        new ActionPages(core.runs()),
        new InvitationPages(core.operations().invitations(), core.invitations(), repository),
        new DeploymentPages(core.fleet(), repository, history, core.operations().rollouts()),
        new TokenPages(core.apiTokens()),
        new AlertPages(alerts),
        new AuditPages(core.audit()),
        new SearchPages(core.fleet()),
        new SettingsPages(facts::now, core.apiTokens()));
  }
}

package dev.pullcord.agent.main;

import dev.pullcord.agent.action.ActionExecution;
import dev.pullcord.agent.action.ActionSender;
import dev.pullcord.agent.action.NodeActions;
import dev.pullcord.agent.channel.DesiredStateCache;
import dev.pullcord.agent.channel.EventHandlers;
import dev.pullcord.agent.channel.ServerChannel;
import dev.pullcord.agent.channel.ServerList;
import dev.pullcord.agent.channel.ServerRotation;
import dev.pullcord.agent.channel.SilenceWatch;
import dev.pullcord.agent.commands.Version;
import dev.pullcord.agent.config.AgentConfig;
import dev.pullcord.agent.config.HostNames;
import dev.pullcord.agent.decision.Decision;
import dev.pullcord.agent.decision.DecisionSource;
import dev.pullcord.agent.enroll.Membership;
import dev.pullcord.agent.enroll.NodeKeyFiles;
import dev.pullcord.agent.enroll.ServerKeyKeeper;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.Machine;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.host.command.LocalCommands;
import dev.pullcord.agent.host.process.Processes;
import dev.pullcord.agent.http.AgentHttp;
import dev.pullcord.agent.http.Backoff;
import dev.pullcord.agent.logs.LogSender;
import dev.pullcord.agent.report.FactsSender;
import dev.pullcord.agent.report.HostReading;
import dev.pullcord.agent.report.Reporter;
import dev.pullcord.agent.report.Reports;
import dev.pullcord.agent.source.Deltas;
import dev.pullcord.agent.source.GitRemote;
import dev.pullcord.agent.source.GitSource;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.base.host.Signal;
import dev.pullcord.protocol.contact.AgentInstance;
import dev.pullcord.protocol.contact.SeenDecision;
import dev.pullcord.protocol.contact.SenderClock;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.ReportMessages.SessionRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An agent with a server: it decides, it has the commits, it takes the reports. */
final class ServerUpstream implements Upstream {
  private static final Duration FLUSH_MAX = Duration.ofSeconds(5);

  private final Duration pollEvery;
  private final HostClock clock;
  private final AgentHttp http;
  private final GitSource source;
  private final Reporter reporter;
  private final ServerChannel channel;
  private final Senders told;
  private volatile List<CommitId> tried = List.of();
  private volatile boolean stays;

  private ServerUpstream(
      Duration pollEvery,
      HostClock clock,
      AgentHttp http,
      GitSource source,
      Reporter reporter,
      ServerChannel channel,
      Senders told) {
    this.told = told;
    this.pollEvery = pollEvery;
    this.clock = clock;
    this.http = http;
    this.source = source;
    this.reporter = reporter;
    this.channel = channel;
  }

  /** What operators ask for, what is told of it, and what is told of the host. */
  private record Senders(NodeActions actions, ActionSender sender, FactsSender facts) {}

  static ServerUpstream open(
      AgentConfig config,
      Membership member,
      StateDirectory directory,
      HostClock clock,
      Masks masks,
      Runnable wakeup)
      throws IOException {
    AgentHttp http = new AgentHttp(member.server(), NodeKeyFiles.read(directory.root()), clock);
    ServerList servers = ServerList.open(directory.root(), member.server());
    http.onKeys(new ServerKeyKeeper(directory.root(), servers));
    AgentConfig.Git git = config.git();
    Deltas.Sent packs = new Deltas.Sent();
    GitSource source =
        new GitSource(
            directory.repository(),
            directory.tmp().resolve("damaged-mirror"),
            GitRemote.ofServer(http, member.repository(), packs),
            git == null ? null : GitRemote.ofCommits(git.remote(), clock));
    DesiredStateCache cache =
        new DesiredStateCache(
            directory.root().resolve("desired.json"), member.node(), clock, wakeup);
    Reporter reporter = new Reporter(directory.spool(), http, clock, backoff(), cache::serverSays);
    AgentInstance instance =
        new AgentInstance(
            Machine.newStart(), HostNames.ofThisHost(), Processes.bootId(), Machine.hash());
    http.says(() -> headers(instance, cache, clock));
    NodeActions orders = new NodeActions(directory.actions(), clock, masks);
    ActionSender sender = new ActionSender(orders, http, clock, backoff());
    HostReading reading =
        new HostReading(
            Path.of("/"),
            directory.root(),
            directory.tmp(),
            new LocalCommands(directory.tmp(), clock),
            clock.now());
    FactsSender facts = new FactsSender(reading, http, clock);
    ServerRotation rotation = new ServerRotation(http, servers);
    ServerChannel channel =
        new ServerChannel(
            new SilenceWatch(rotation, clock, new java.util.SplittableRandom()),
            cache,
            () -> new SessionRequest(Version.text(), Processes.bootId(), reporter.epoch()),
            epoch -> {
              reporter.online(epoch);
              sender.online();
              facts.online();
            },
            new EventHandlers(new LogSender(directory, http, clock, masks), orders, packs),
            backoff(),
            "pullcord-agent join " + member.serverUrl() + " --state " + directory.root());
    return new ServerUpstream(
        config.poll(), clock, http, source, reporter, channel, new Senders(orders, sender, facts));
  }

  private static Map<String, String> headers(
      AgentInstance instance, DesiredStateCache cache, HostClock clock) {
    Map<String, String> headers = new HashMap<>();
    headers.put(AgentInstance.HEADER, instance.header());
    headers.put(SenderClock.HEADER, SenderClock.header(clock.now()));
    cache.seen().ifPresent(seen -> headers.put(SeenDecision.HEADER, seen.header()));
    return headers;
  }

  private static Backoff backoff() {
    return new Backoff(new java.util.SplittableRandom());
  }

  @Override
  public DecisionSource decisions() {
    return channel;
  }

  @Override
  public Reports reports() {
    return reporter;
  }

  @Override
  public GitSource source() {
    return source;
  }

  @Override
  public Duration pollEvery() {
    return pollEvery;
  }

  @Override
  public void poll() {
    channel.poll();
    tried = List.of();
  }

  /** One after the other, so that a pin ends in time whatever of these hangs. */
  private void whatMayWait() {
    prefetch();
    told.facts().tick();
  }

  /** So that a pin or a freeze that ends while the server is away finds its commit here. */
  private void prefetch() {
    List<CommitId> later = channel.later();
    if (!later.equals(tried)) {
      tried = later;
      later.forEach(source::prefetch);
    }
  }

  @Override
  public void actionsBy(ActionExecution execution) {
    told.actions().begin(execution);
    told.sender().start();
  }

  @Override
  public void start(Ticker ticker, boolean daemon) {
    stays = daemon;
    reporter.start();
    channel.start();
    ticker.everySecond(channel::tick);
    ticker.everySecond(channel::heartbeat);
    ticker.everySecond(channel::watch);
    ticker.everySecond(this::whatMayWait);
    ticker.soon(() -> source.warmUp(current()));
  }

  private @Nullable CommitId current() {
    return channel.current().map(Decision::commit).orElse(null);
  }

  @Override
  public void flush() {
    Signal never = new Signal();
    long end = clock.nanos() + FLUSH_MAX.toNanos();
    while (reporter.spooled() > 0 && clock.nanos() < end) {
      clock.await(never, 0, Duration.ofMillis(20));
    }
  }

  @Override
  public void disconnect() {
    told.actions().close();
    http.cancel();
    told.sender().close();
    channel.close();
    reporter.close();
    if (stays) {
      channel.goodbye();
    }
  }

  @Override
  public void close() {
    http.close();
    source.close();
  }
}

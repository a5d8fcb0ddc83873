package dev.pullcord.agent.main;

import dev.pullcord.agent.commands.Exit;
import dev.pullcord.agent.config.AgentConfig;
import dev.pullcord.agent.config.LocalPolicy;
import dev.pullcord.agent.control.LocalControl;
import dev.pullcord.agent.enroll.Join;
import dev.pullcord.agent.enroll.Membership;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.journal.JournalProbe;
import dev.pullcord.agent.logs.LogRotation;
import dev.pullcord.agent.loop.ConvergingAgent;
import dev.pullcord.agent.loop.PassRehearsal;
import dev.pullcord.agent.loop.PassSetup;
import dev.pullcord.agent.loop.Trigger;
import dev.pullcord.agent.metrics.AgentMetrics;
import dev.pullcord.agent.rights.Rights;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.agent.worker.systemd.ServiceManager;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.NodeName;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place that wires an agent: who decides (a server, or a branch), where commits come from,
 * the converging core, and what wakes it.
 */
final class AgentAssembly implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AgentAssembly.class);
  private static final long LOG_MAX_BYTES = 16L << 20;

  private final StateDirectory directory;
  private final HostClock clock;
  private final Upstream upstream;
  private final ConvergingAgent core;
  private final PollSchedule schedule;
  private final Ticker ticker = new Ticker();
  private final Wakeup wakeup;
  private final LogRotation logRotation;
  private final AgentMetrics metrics;
  private final @Nullable InetSocketAddress listen;
  private boolean closed;
  private volatile String closing = "nothing yet";

  private AgentAssembly(
      AgentConfig config,
      StateDirectory directory,
      HostClock clock,
      NodeName node,
      Upstream upstream,
      Masks masks,
      Wakeup wakeup) {
    this.directory = directory;
    this.clock = clock;
    this.upstream = upstream;
    this.wakeup = wakeup;
    this.logRotation = new LogRotation(directory, LOG_MAX_BYTES);
    LocalPolicy policy = config.policy();
    ServiceManager services = ServiceManager.here();
    if (!services.runsUs()) {
      LOG.info("{}", Rights.same().text());
    }
    this.core =
        ConvergingAgent.open(
            new PassSetup(
                directory,
                node,
                new PassSetup.Upstream(upstream.decisions(), upstream.source(), upstream.reports()),
                new PassSetup.Policy(
                    policy.keepFor(),
                    policy.envFiles(),
                    policy.enforceDrift() && !policy.noop(),
                    policy.noop(),
                    policy.allowed(),
                    policy.users()),
                masks,
                JournalProbe.NONE,
                services,
                clock));
    this.listen = config.metrics().listen();
    this.metrics = new AgentMetrics(core::status, clock, config.metrics().textfile());
    this.schedule =
        new PollSchedule(
            upstream.pollEvery(),
            clock,
            ThreadLocalRandom.current(),
            this::poll,
            upstream.source()::housekeeping);
  }

  /** Reads the state; refuses a node that has neither a server nor a branch. */
  static AgentAssembly open(AgentConfig config, StateDirectory directory, HostClock clock)
      throws IOException {
    if (Join.undo(directory.root())) {
      LOG.warn("a join --anew was cut off; this node is again who it was: run join --anew again");
    }
    Optional<Membership> membership = Membership.read(directory.root());
    AgentConfig.Git git = config.git();
    Wakeup wakeup = new Wakeup();
    Masks masks = new Masks();
    if (membership.isPresent() && config.webhook() != null) {
      throw new Exit.Refused(
          ExitCode.USAGE,
          "CONFIG_CONFLICT  this node belongs to "
              + membership.get().serverUrl()
              + ", which tells people; notify: in agent.yaml is for a node without a server"
              + " — take one of the two away");
    }
    if (membership.isPresent()) {
      Membership member = membership.get();
      Upstream server = ServerUpstream.open(config, member, directory, clock, masks, wakeup);
      return new AgentAssembly(config, directory, clock, member.node(), server, masks, wakeup);
    }
    if (git != null) {
      Upstream branch = BranchUpstream.open(config, git, directory, clock, wakeup);
      return new AgentAssembly(config, directory, clock, config.node(), branch, masks, wakeup);
    }
    if (Join.isUnderWay(directory.root())) {
      throw new IOException("a join --anew was cut off; this node follows nothing: run it again");
    }
    throw new Exit.Refused(
        ExitCode.USAGE,
        "this node follows nothing yet: pullcord-agent join https://HOST:8421 --state "
            + directory.root()
            + ", or git: {url: …, branch: …} in agent.yaml");
  }

  /** Everything, on threads of their own. */
  void start() throws IOException {
    wakeup.goesTo(core);
    LocalControl control = new LocalControl(directory.root(), core, upstream::poll, clock);
    ticker.closeAfterwards(control);
    core.start();
    upstream.actionsBy(core.actions());
    upstream.start(ticker, true);
    schedule.start();
    ticker.everySecond(schedule::watch);
    ticker.closeAfterwards(metrics);
    if (listen != null) {
      metrics.listen(listen);
    }
    ticker.everySecond(metrics::write);
    ticker.everySecond(logRotation.everyMinute(clock));
    ticker.soon(() -> PassRehearsal.run(directory.tmp(), clock));
    ticker.everySecond(new HeapRest(core::turns));
  }

  /** One pass in this thread; waits a little for its reports to be taken. */
  PassResult runOnce() {
    upstream.start(ticker, false);
    upstream.poll();
    PassResult result = core.runOnce();
    upstream.flush();
    return result;
  }

  /** Whether nothing of it works on the state directory any more. */
  boolean hasEnded() {
    return core.hasEnded();
  }

  private void poll() {
    upstream.poll();
    core.raise(Trigger.TICK);
  }

  /** Ends everything within 10 s and leaves the workers running; again does nothing. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    closing("the schedule", schedule::close);
    closing("the ticker", ticker::close);
    closing("the connections to the server", upstream::disconnect);
    closing("the ticker's last calls", ticker::awaitEnd);
    closing("the loop", core::close);
    closing("the source of commits", upstream::close);
  }

  private void closing(String what, Runnable close) {
    closing = what;
    close.run();
  }

  /** Changes as long as the loop does something, or what it waits for comes. */
  long turns() {
    return core.turns() + upstream.source().moves();
  }

  /** What is being ended now, in words. */
  String closing() {
    return closing;
  }
}

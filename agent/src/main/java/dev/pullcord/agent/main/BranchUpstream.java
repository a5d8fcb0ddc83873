package dev.pullcord.agent.main;

import dev.pullcord.agent.action.ActionExecution;
import dev.pullcord.agent.channel.BranchPolling;
import dev.pullcord.agent.config.AgentConfig;
import dev.pullcord.agent.decision.DecisionSource;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.http.Backoff;
import dev.pullcord.agent.http.OutcomeWebhook;
import dev.pullcord.agent.report.NoReports;
import dev.pullcord.agent.report.OutcomeReports;
import dev.pullcord.agent.report.Reports;
import dev.pullcord.agent.source.GitRemote;
import dev.pullcord.agent.source.GitSource;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.base.host.Signal;
import dev.pullcord.git.remote.access.ProxyChoice;
import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** An agent without a server: a branch of a git remote decides, and a webhook is told. */
final class BranchUpstream implements Upstream {
  private static final Duration FLUSH_MAX = Duration.ofSeconds(5);

  private final Duration pollEvery;
  private final HostClock clock;
  private final GitSource source;
  private final BranchPolling polling;
  private final @Nullable OutcomeReports told;

  private BranchUpstream(
      Duration pollEvery,
      HostClock clock,
      GitSource source,
      BranchPolling polling,
      @Nullable OutcomeReports told) {
    this.pollEvery = pollEvery;
    this.clock = clock;
    this.source = source;
    this.polling = polling;
    this.told = told;
  }

  static BranchUpstream open(
      AgentConfig config,
      AgentConfig.Git git,
      StateDirectory directory,
      HostClock clock,
      Runnable wakeup)
      throws IOException {
    GitSource source =
        new GitSource(
            directory.repository(),
            directory.tmp().resolve("damaged-mirror"),
            GitRemote.ofBranch(git.remote(), git.branch(), clock));
    BranchPolling polling =
        new BranchPolling(
            directory.root().resolve("desired.json"),
            git.branch(),
            () -> source.head(git.branch()),
            config.labels(),
            wakeup);
    AgentConfig.Notify notify = config.webhook();
    OutcomeReports told =
        notify == null
            ? null
            : new OutcomeReports(
                directory.spool().resolve("notify"),
                new OutcomeWebhook(
                    notify.url(),
                    new OutcomeWebhook.Files(notify.secretFile(), notify.caFile()),
                    clock,
                    new ProxyChoice(System.getenv())),
                clock,
                new Backoff(new SplittableRandom()));
    return new BranchUpstream(git.poll(), clock, source, polling, told);
  }

  @Override
  public DecisionSource decisions() {
    return polling;
  }

  @Override
  public Reports reports() {
    return told == null ? new NoReports() : told;
  }

  @Override
  public GitSource source() {
    return source;
  }

  /** Nobody can ask for any. */
  @Override
  public void actionsBy(ActionExecution execution) {}

  @Override
  public Duration pollEvery() {
    return pollEvery;
  }

  @Override
  public void poll() {
    polling.poll();
  }

  @Override
  public void start(Ticker ticker, boolean daemon) {
    if (told != null) {
      told.start();
    }
    ticker.soon(polling::poll);
  }

  @Override
  public void flush() {
    Signal never = new Signal();
    long end = clock.nanos() + FLUSH_MAX.toNanos();
    while (told != null && told.spooled() > 0 && clock.nanos() < end) {
      clock.await(never, 0, Duration.ofMillis(20));
    }
  }

  @Override
  public void disconnect() {
    // A poll that is under way ends by its own time limit, on a daemon thread.
    if (told != null) {
      told.close();
    }
  }

  @Override
  public void close() {
    source.close();
  }
}

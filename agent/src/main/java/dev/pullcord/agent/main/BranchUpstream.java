package dev.pullcord.agent.main;

import dev.pullcord.agent.action.ActionExecution;
import dev.pullcord.agent.channel.BranchPolling;
import dev.pullcord.agent.channel.DecisionSource;
import dev.pullcord.agent.config.AgentConfig;
import dev.pullcord.agent.report.NoReports;
import dev.pullcord.agent.report.Reports;
import dev.pullcord.agent.source.GitRemote;
import dev.pullcord.agent.source.GitSource;
import dev.pullcord.agent.state.StateDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** An agent without a server: a branch of a git remote decides, and nobody is told. */
final class BranchUpstream implements Upstream {
  private final Duration pollEvery;
  private final GitSource source;
  private final BranchPolling polling;
  private final Reports reports = new NoReports();

  private BranchUpstream(Duration pollEvery, GitSource source, BranchPolling polling) {
    this.pollEvery = pollEvery;
    this.source = source;
    this.polling = polling;
  }

  static BranchUpstream open(
      AgentConfig.Git git, Map<String, String> labels, StateDirectory directory, Runnable wakeup)
      throws IOException {
    GitSource source =
        new GitSource(
            directory.repository(),
            directory.tmp().resolve("damaged-mirror"),
            GitRemote.ofBranch(git.url(), git.branch()));
    BranchPolling polling =
        new BranchPolling(
            directory.root().resolve("desired.json"),
            git.branch(),
            () -> source.head(git.branch()),
            labels,
            wakeup);
    return new BranchUpstream(git.poll(), source, polling);
  }

  @Override
  public DecisionSource decisions() {
    return polling;
  }

  @Override
  public Reports reports() {
    return reports;
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
    ticker.soon(polling::poll);
  }

  @Override
  public void flush() {
    // There is nobody to send anything to.
  }

  @Override
  public void disconnect() {
    // A poll that is under way ends by its own time limit, on a daemon thread.
  }

  @Override
  public void close() {
    source.close();
  }
}

package dev.pullcord.agent.main;

import dev.pullcord.agent.action.ActionExecution;
import dev.pullcord.agent.decision.DecisionSource;
import dev.pullcord.agent.report.Reports;
import dev.pullcord.agent.source.GitSource;
import java.time.Duration;

/** Stands for whoever decides for the agent: a server that it joined, or a branch alone. */
interface Upstream extends AutoCloseable {
  DecisionSource decisions();

  Reports reports();

  GitSource source();

  Duration pollEvery();

  /** What is asked of this node beside its commits is done by this. */
  void actionsBy(ActionExecution execution);

  /** Asks whoever decides, once. */
  void poll();

  /**
   * Begins.
   *
   * @param daemon whether the agent stays; then it says goodbye when it is stopped
   */
  void start(Ticker ticker, boolean daemon);

  /** Waits a little for what is still to be sent. */
  void flush();

  /** Ends the network, also a fetch that is under way. */
  void disconnect();

  @Override
  void close();
}

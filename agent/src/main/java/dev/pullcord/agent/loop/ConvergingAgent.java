package dev.pullcord.agent.loop;

import dev.pullcord.agent.channel.Decisions;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.journal.JournalProbe;
import dev.pullcord.agent.journal.StateDirectory;
import dev.pullcord.agent.report.Reports;
import dev.pullcord.agent.source.Source;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.StepRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The converging core of the agent. It owns the workers: nothing else starts or stops one. Closing
 * it leaves them running; the next start takes them over from the journal.
 */
public final class ConvergingAgent implements AgentCore, AutoCloseable {
  private final Setup setup;

  private ConvergingAgent(Setup setup) {
    this.setup = setup;
  }

  /**
   * What it is made of.
   *
   * @param directory locked by the caller, who also closes it, after the agent
   * @param node its name
   * @param decisions what to run
   * @param source where commits come from
   * @param reports where what happened goes
   * @param clock of the host
   * @param keepFor how long a release is kept that nobody can read any more
   * @param probe of the journal
   */
  public record Setup(
      StateDirectory directory,
      NodeName node,
      Decisions decisions,
      Source source,
      Reports reports,
      HostClock clock,
      Duration keepFor,
      JournalProbe probe) {
    /** How long a release is kept by default. */
    public static final Duration KEEP_FOR = Duration.ofHours(48);
  }

  /** Reads the journal and recovers from whatever end the agent before had; changes no worker. */
  public static ConvergingAgent open(Setup setup) {
    return new ConvergingAgent(setup);
  }

  /** Starts the loop's thread, with {@link Trigger#STARTUP} raised. */
  public void start() {
    raise(Trigger.STARTUP);
  }

  /** One pass in the caller's thread, for {@code run --once}; not after {@link #start}. */
  public PassResult runOnce() {
    return new PassResult(NodeState.WAITING, "not built", ExitCode.FAILED);
  }

  @Override
  public long raise(Trigger trigger) {
    return 0;
  }

  @Override
  public boolean served(long raise) {
    return true;
  }

  @Override
  public NodeStatus status() {
    return new NodeStatus(
        setup.node(),
        NodeState.WAITING,
        "starting",
        setup.clock().now(),
        null,
        null,
        null,
        null,
        Map.of(),
        Map.of(),
        null,
        setup.decisions().contact(),
        setup.reports().spooled());
  }

  @Override
  public String retry() {
    return "nothing to retry";
  }

  @Override
  public List<StepRecord> transcript(int passes) {
    return List.of();
  }

  /** Ends the loop within 10 s, also in the middle of a step; the workers run on. */
  @Override
  public void close() {}
}

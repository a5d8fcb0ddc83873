package dev.pullcord.agent.doctor;

import dev.pullcord.agent.config.AgentConfig;
import dev.pullcord.agent.control.ControlClient;
import dev.pullcord.agent.control.Reply;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.protocol.report.NodeStatus;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The agent that is looked at.
 *
 * @param state its directory
 * @param user as whom it runs: whose the directory is
 * @param config what came of reading {@code agent.yaml}
 * @param sight what it says of itself
 * @param clock this host's
 * @param host on which it runs
 */
public record ExaminedAgent(
    Path state,
    String user,
    AgentConfig.Result config,
    Sight sight,
    HostClock clock,
    ExaminedHost host) {

  /** What an agent says of itself, whether it runs or not. */
  public interface Sight {
    /** The running agent's answer. */
    ControlClient.Outcome running();

    /** What is written down of one that does not run. */
    NodeStatus stopped() throws IOException;
  }

  /** Whether an agent answers. */
  boolean isRunning() {
    return sight.running() instanceof ControlClient.Outcome.Answered;
  }

  /** The node's status, of the running agent if there is one. */
  NodeStatus status() throws IOException {
    return sight.running() instanceof ControlClient.Outcome.Answered(Reply reply)
            && reply.status() != null
        ? reply.status()
        : sight.stopped();
  }

  /** Whether it is this host's service: systemd, its units, and their state directory. */
  boolean isService() throws IOException {
    return host.units().haveSystemd() && state.equals(host.usual()) && host.units().areInstalled();
  }
}

package dev.pullcord.agent.commands.membership;

import dev.pullcord.agent.config.AgentConfig;
import dev.pullcord.agent.control.ControlClient;
import dev.pullcord.agent.control.Reply;
import dev.pullcord.agent.enroll.AgentService;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.base.host.DaemonUnits;
import dev.pullcord.protocol.report.NodeStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The agent that runs as this host's service: on the usual state directory, as a unit. */
final class Service {
  static final String USER = "pullcord";

  private Service() {}

  /** Whether root, who asks, is to start and end the agent of that directory as a unit. */
  static boolean isThisHosts(Path state, DaemonUnits units) throws IOException {
    return isUsual(state) && isRoot() && units.areInstalled();
  }

  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  /** How root starts the agent of that user: its own would be refused, or run workers as root. */
  static String byHand(String owner) {
    return (owner.equals("root") ? "" : "runuser -u " + owner + " -- ") + "pullcord-agent run";
  }

  static boolean isUsual(Path state) {
    return state.equals(AgentConfig.DEFAULT_STATE);
  }

  static AgentService of(Path state, DaemonUnits units) {
    ControlClient control = new ControlClient(state);
    return new AgentService(units, () -> status(control), HostClock.system());
  }

  private static Optional<NodeStatus> status(ControlClient control) {
    return control.status() instanceof ControlClient.Outcome.Answered(Reply reply)
        ? Optional.ofNullable(reply.status())
        : Optional.empty();
  }
}

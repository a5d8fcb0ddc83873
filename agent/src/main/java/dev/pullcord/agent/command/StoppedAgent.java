package dev.pullcord.agent.command;

import dev.pullcord.agent.config.AgentConfig;
import dev.pullcord.agent.enroll.Membership;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.NodeStatus.ServerContact;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;

/** What can be said of a node whose agent does not run. */
final class StoppedAgent {
  private StoppedAgent() {}

  static NodeStatus status(AgentConfig config, HostClock clock) throws IOException {
    if (!Files.isDirectory(config.state())) {
      throw new Exit.Refused(
          ExitCode.FAILED, config.state() + " is not there: no agent ever ran on it");
    }
    Optional<Membership> member = Membership.read(config.state());
    NodeName node = member.map(Membership::node).orElse(config.node());
    ServerContact server =
        member.map(m -> new ServerContact(m.serverUrl(), false, null)).orElse(null);
    return new NodeStatus(
        node,
        NodeState.WAITING,
        "the agent is not running",
        clock.now(),
        member.map(Membership::ref).orElse(null),
        null,
        null,
        null,
        Map.of(),
        Map.of(),
        null,
        server,
        0);
  }
}

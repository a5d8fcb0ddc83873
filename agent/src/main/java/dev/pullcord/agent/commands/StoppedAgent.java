package dev.pullcord.agent.commands;

import dev.pullcord.agent.channel.BranchPolling;
import dev.pullcord.agent.channel.DesiredStateCache;
import dev.pullcord.agent.config.AgentConfig;
import dev.pullcord.agent.decision.Decision;
import dev.pullcord.agent.enroll.Membership;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.source.BranchHead;
import dev.pullcord.agent.status.JournalStatus;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.NodeStatus.ServerContact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads the status of a node whose agent does not run from its state directory. Refuses a directory
 * that is not there.
 */
final class StoppedAgent {
  private StoppedAgent() {}

  static NodeStatus status(AgentConfig config, HostClock clock) throws IOException {
    Path state = config.state();
    if (!Files.isDirectory(state)) {
      throw new Exit.Refused(ExitCode.FAILED, state + " is not there: no agent ever ran on it");
    }
    Optional<Membership> member = Membership.read(state);
    NodeName node = member.map(Membership::node).orElse(config.node());
    ServerContact server =
        member.map(m -> new ServerContact(m.serverUrl(), false, null, null)).orElse(null);
    Path decision = state.resolve("desired.json");
    AgentConfig.Git git = config.git();
    Optional<Decision> last = Optional.empty();
    if (member.isPresent()) {
      last = new DesiredStateCache(decision, node, clock, () -> {}).current();
    } else if (git != null) {
      BranchHead nobody = new BranchHead.Unreachable("not asked");
      last =
          new BranchPolling(decision, git.branch(), () -> nobody, config.labels(), () -> {})
              .current();
    }
    return JournalStatus.read(
        state.resolve("journal"), node, last.orElse(null), server, spooled(state));
  }

  private static int spooled(Path state) throws IOException {
    Path spool = state.resolve("spool");
    if (!Files.isDirectory(spool)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(spool)) {
      return (int) files.filter(f -> f.toString().endsWith(".json")).count();
    }
  }
}

package dev.pullcord.agent.doctor;

import dev.pullcord.agent.config.AgentConfig;
import dev.pullcord.agent.enroll.Join;
import dev.pullcord.agent.enroll.Membership;
import dev.pullcord.agent.enroll.NodeKeyFiles;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.doctor.DoctorCheck;
import dev.pullcord.base.doctor.Finding;
import java.io.IOException;
import java.util.Optional;

/** Whether one says what the node runs: the server that it joined, or a branch. */
final class MembershipCheck implements DoctorCheck {
  private static final String JOIN =
      "pullcord invite makes a token; then, here: pullcord-agent join ";

  /** The server keeps the name until the node that has it was removed. */
  private static final String JOIN_ANEW = "pullcord node remove %s, then " + JOIN + "--anew %s";

  private final ExaminedAgent agent;

  MembershipCheck(ExaminedAgent agent) {
    this.agent = agent;
  }

  @Override
  public String name() {
    return "membership";
  }

  @Override
  public Finding look() {
    Optional<AgentConfig.Git> branch =
        agent.config() instanceof AgentConfig.Result.Read(AgentConfig config)
            ? Optional.ofNullable(config.git())
            : Optional.empty();
    Optional<Membership> member;
    try {
      member = Membership.read(agent.state());
    } catch (IOException e) {
      return Finding.bad(this, FileFault.of(e), JOIN_ANEW.formatted("NODE", "https://SERVER:8421"));
    }
    if (member.isPresent()) {
      return ofServer(member.get());
    }
    if (Join.isUnderWay(agent.state())) {
      return Finding.bad(
          this,
          "a join --anew was cut off",
          "run the same join --anew again, with the same token; where that is gone, "
              + JOIN_ANEW.formatted("NODE", "https://SERVER:8421"));
    }
    return branch
        .map(git ->
            Finding.good(this, "no server; follows " + git.branch() + " of " + git.remote().url()))
        .orElseGet(() ->
            Finding.bad(
                this,
                "the node has joined no server and follows no branch",
                JOIN + "https://SERVER:8421"));
  }

  private Finding ofServer(Membership member) {
    String of = "node " + member.node() + " of " + member.serverUrl();
    try {
      String key = NodeKeyFiles.read(agent.state()).id().value();
      return Finding.good(this, of + ", key " + key.substring(0, Math.min(16, key.length())));
    } catch (IOException e) {
      return Finding.bad(
          this,
          FileFault.of(e),
          "do what the line says; where the key is lost, "
              + JOIN_ANEW.formatted(member.node(), member.serverUrl()));
    }
  }
}

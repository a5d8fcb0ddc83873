package dev.pullcord.agent.doctor;

import dev.pullcord.agent.config.AgentConfig;
import dev.pullcord.agent.source.BranchHead;
import dev.pullcord.agent.source.GitRemote;
import dev.pullcord.base.doctor.DoctorCheck;
import dev.pullcord.base.doctor.Finding;
import dev.pullcord.protocol.id.CommitId;
import org.jspecify.annotations.Nullable;

/** Whether the remote that this node follows itself answers, and has the branch. */
final class GitRemoteCheck implements DoctorCheck {
  private final ExaminedAgent agent;

  GitRemoteCheck(ExaminedAgent agent) {
    this.agent = agent;
  }

  @Override
  public String name() {
    return "git remote";
  }

  @Override
  public Finding look() {
    AgentConfig.@Nullable Git git =
        agent.config() instanceof AgentConfig.Result.Read(AgentConfig config) ? config.git() : null;
    if (git == null) {
      return Finding.good(this, "agent.yaml names none");
    }
    GitRemote remote = GitRemote.ofBranch(git.remote(), git.branch(), agent.clock());
    return switch (remote.head(git.branch())) {
      case BranchHead.At(CommitId commit) ->
          Finding.good(
              this, git.branch() + " of " + remote.url() + " is at " + commit.abbreviated());
      case BranchHead.Missing(String reason) ->
          Finding.bad(this, reason, "push the branch, or set git.branch in agent.yaml");
      case BranchHead.Unreachable(String reason) ->
          Finding.bad(this, reason, "do what the line says; it is tried again by itself");
    };
  }
}

package dev.pullcord.agent.doctor;

import dev.pullcord.agent.envfile.EnvFileModesCheck;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.doctor.DaemonUnitCheck;
import dev.pullcord.base.doctor.DiskCheck;
import dev.pullcord.base.doctor.Examination;
import java.util.List;

/** Makes all checks of an agent, in the order in which a person would look. */
public final class AgentDoctor {
  private AgentDoctor() {}

  /** What the checks of that agent find. */
  public static Examination examine(ExaminedAgent agent) {
    ServerProbe server = new ServerProbe(agent.state(), agent.clock());
    return Examination.of(
        List.of(
            new AgentStateCheck(agent),
            new AgentConfigCheck(agent),
            new EnvFileModesCheck(agent.state(), agent.user()),
            new MembershipCheck(agent),
            new DiskCheck(agent.state()),
            new ServerContactCheck(server),
            new GitRemoteCheck(agent),
            new AgentClockCheck(agent.clock(), server),
            new RunningAgentCheck(agent),
            new DaemonUnitCheck(
                agent.host().units(), agent.host().usual(), agent.state(), agent::isRunning),
            new WorkerTemplateCheck(agent),
            new PolkitCheck(agent),
            new AgentProgramsCheck(agent),
            new LastPassCheck(agent)),
        FileFault::of);
  }
}

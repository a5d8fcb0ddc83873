package dev.pullcord.agent.doctor;

import dev.pullcord.agent.config.AgentConfig;
import dev.pullcord.agent.rights.WorkerUsers;
import dev.pullcord.agent.worker.systemd.UnitTemplate;
import dev.pullcord.base.doctor.DoctorCheck;
import dev.pullcord.base.doctor.Finding;
import java.io.IOException;
import java.util.Optional;
import java.util.SortedSet;

/** Whether workers can be units, each of its user, where the agent is one. */
final class WorkerTemplateCheck implements DoctorCheck {
  private final ExaminedAgent agent;

  WorkerTemplateCheck(ExaminedAgent agent) {
    this.agent = agent;
  }

  @Override
  public String name() {
    return "template";
  }

  @Override
  public Finding look() throws IOException {
    if (!agent.isService()) {
      return Finding.good(this, "the agent is no unit, and starts workers itself");
    }
    Optional<String> problem = problem(Optional.empty());
    if (problem.isPresent()) {
      return Finding.bad(this, problem.get(), "install the package again, as root");
    }
    SortedSet<String> users = users();
    for (String user : users) {
      problem = problem(Optional.of(user));
      if (problem.isPresent()) {
        return Finding.bad(
            this,
            problem.get(),
            "make the units of that user, or take it out of users in agent.yaml");
      }
    }
    String also = users.isEmpty() ? "" : ", and those of " + String.join(", ", users);
    return Finding.good(this, "systemd has it, for this state directory" + also);
  }

  private Optional<String> problem(Optional<String> user) throws IOException {
    String shown =
        agent.host().units().properties(UnitTemplate.instance(1, user), UnitTemplate.PROPERTIES);
    return UnitTemplate.problem(agent.state(), shown, user);
  }

  private SortedSet<String> users() {
    return agent.config() instanceof AgentConfig.Result.Read(AgentConfig config)
        ? config.policy().users().all()
        : WorkerUsers.NONE.all();
  }
}

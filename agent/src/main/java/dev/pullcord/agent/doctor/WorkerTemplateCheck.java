package dev.pullcord.agent.doctor;

import dev.pullcord.agent.worker.systemd.UnitTemplate;
import dev.pullcord.base.doctor.DoctorCheck;
import dev.pullcord.base.doctor.Finding;
import dev.pullcord.base.host.DaemonUnits;
import java.io.IOException;
import java.util.Optional;

/** Whether workers can be units, where the agent is one. */
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
    DaemonUnits units = agent.host().units();
    String shown =
        units.properties(UnitTemplate.instance(1, Optional.empty()), UnitTemplate.PROPERTIES);
    return UnitTemplate.problem(agent.state(), shown, Optional.empty())
        .map(problem -> Finding.bad(this, problem, "install the package again, as root"))
        .orElseGet(() -> Finding.good(this, "systemd has it, for this state directory"));
  }
}

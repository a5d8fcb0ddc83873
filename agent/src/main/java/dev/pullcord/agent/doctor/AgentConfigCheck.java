package dev.pullcord.agent.doctor;

import dev.pullcord.agent.config.AgentConfig;
import dev.pullcord.base.doctor.DoctorCheck;
import dev.pullcord.base.doctor.Finding;

/** Whether {@code agent.yaml} can be read and has nothing in it that stops the start. */
final class AgentConfigCheck implements DoctorCheck {
  private final ExaminedAgent agent;

  AgentConfigCheck(ExaminedAgent agent) {
    this.agent = agent;
  }

  @Override
  public String name() {
    return "config";
  }

  @Override
  public Finding look() {
    return switch (agent.config()) {
      case AgentConfig.Result.Read(AgentConfig config) -> Finding.good(this, config.text());
      case AgentConfig.Result.Bad(var problems) ->
          Finding.bad(
              this,
              String.join("\n", problems),
              "mend the file; docs/reference/agent-config.md has its keys");
    };
  }
}

package dev.pullcord.agent.doctor;

import dev.pullcord.agent.config.AgentConfig;
import dev.pullcord.agent.http.OutcomeWebhook;
import dev.pullcord.base.doctor.DoctorCheck;
import dev.pullcord.base.doctor.Finding;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether {@code agent.yaml} can be read and has nothing in it that stops the start, and the files
 * that its {@code notify} names can be used.
 */
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
      case AgentConfig.Result.Read(AgentConfig config) ->
          files(config.webhook())
              .map(trouble -> Finding.bad(this, trouble, "mend the file that the line names"))
              .orElseGet(() -> Finding.good(this, config.text()));
      case AgentConfig.Result.Bad(var problems) ->
          Finding.bad(
              this,
              String.join("\n", problems),
              "mend the file; docs/reference/agent-config.md has its keys");
    };
  }

  private static Optional<String> files(AgentConfig.@Nullable Notify notify) {
    return notify == null
        ? Optional.empty()
        : new OutcomeWebhook.Files(notify.secretFile(), notify.caFile()).trouble();
  }
}

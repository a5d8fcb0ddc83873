package dev.pullcord.agent.doctor;

import dev.pullcord.agent.control.ControlClient;
import dev.pullcord.agent.control.Reply;
import dev.pullcord.base.doctor.DoctorCheck;
import dev.pullcord.base.doctor.Finding;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.unit.Counted;
import dev.pullcord.protocol.unit.SpokenTimes;
import java.io.IOException;
import java.time.Instant;

/** Whether the agent runs, answers, and is connected to its server. */
final class RunningAgentCheck implements DoctorCheck {
  private final ExaminedAgent agent;

  RunningAgentCheck(ExaminedAgent agent) {
    this.agent = agent;
  }

  @Override
  public String name() {
    return "agent";
  }

  @Override
  public Finding look() throws IOException {
    return switch (agent.sight().running()) {
      case ControlClient.Outcome.Answered(Reply reply) when reply.status() != null ->
          running(reply.status());
      case ControlClient.Outcome.Answered _ ->
          Finding.bad(
              this, "it answers without a status", "journalctl -u pullcord-agent; start it again");
      case ControlClient.Outcome.Not(ExitCode exit, String reason) when exit == ExitCode.TIMEOUT ->
          Finding.bad(this, reason, "systemctl restart pullcord-agent");
      case ControlClient.Outcome.Not(ExitCode _, String reason) ->
          Finding.bad(this, reason, "run this as root or as the agent's user");
      case ControlClient.Outcome.NobodyThere _ ->
          Finding.bad(
              this,
              "no agent runs on " + agent.state(),
              agent.isService()
                  ? "systemctl start " + agent.host().units().name()
                  : "pullcord-agent run --state " + agent.state());
    };
  }

  private Finding running(NodeStatus status) {
    NodeStatus.ServerContact server = status.server();
    if (server == null) {
      return Finding.good(this, "it runs, and has no server");
    }
    Instant last = server.lastContact();
    String contact =
        (last == null ? "no contact yet" : "last contact " + SpokenTimes.moment(last))
            + "; "
            + Counted.of(status.spooledReports(), "report")
            + " to be sent";
    String problem = server.problem();
    if (!server.connected()) {
      return Finding.bad(
          this,
          "it runs and is not connected; " + contact + (problem == null ? "" : "; " + problem),
          "see the check named server; it connects by itself when that is mended");
    }
    return problem == null
        ? Finding.good(this, "it runs and is connected; " + contact)
        : Finding.bad(
            this,
            "it runs and is connected; " + contact + "; " + problem,
            "see the server's log; the agent sends them again by itself when that is mended");
  }
}

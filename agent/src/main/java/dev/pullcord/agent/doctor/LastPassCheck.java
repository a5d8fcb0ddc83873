package dev.pullcord.agent.doctor;

import dev.pullcord.base.doctor.DoctorCheck;
import dev.pullcord.base.doctor.Finding;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.unit.SpokenTimes;
import java.io.IOException;
import java.time.Instant;

/** Whether the last pass failed, and why. */
final class LastPassCheck implements DoctorCheck {
  private final ExaminedAgent agent;

  LastPassCheck(ExaminedAgent agent) {
    this.agent = agent;
  }

  @Override
  public String name() {
    return "last pass";
  }

  @Override
  public Finding look() throws IOException {
    NodeStatus status = agent.status();
    String said =
        spoken(
            "%s since %s: %s"
                .formatted(status.state().wireName(), status.since(), status.reason()));
    if (status.state() != NodeState.FAILED && status.state() != NodeState.ROLLED_BACK) {
      return Finding.good(this, said);
    }
    Instant again = status.retryAt();
    return Finding.bad(
        this,
        said + (again == null ? "" : spoken("; the agent tries again at " + again)),
        "pullcord-agent log shows its steps; docs/operating/recover.md says what to do");
  }

  private static String spoken(String text) {
    return SpokenTimes.of(text).moments();
  }
}

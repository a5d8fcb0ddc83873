package dev.pullcord.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.http.AgentHttp;
import dev.pullcord.agent.http.Answer;
import dev.pullcord.agent.http.Backoff;
import dev.pullcord.agent.http.NodeKey;
import dev.pullcord.agent.http.ServerAddress;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.channel.ServerEvent;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.enroll.EnrollReply;
import dev.pullcord.protocol.enroll.EnrollRequest;
import dev.pullcord.protocol.enroll.JoinToken;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.id.ReportNumber;
import dev.pullcord.protocol.report.NodeReport;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.ReportMessages;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;

/**
 * One node on the wire without its agent: joins, holds its event stream, says that it lives when it
 * was quiet, comes back as an agent does, and reports whatever it is told to run as converged.
 */
final class CrowdNode {
  private static final Duration BEAT = Duration.ofSeconds(15);

  private final NodeCrowd crowd;
  private final NodeName name;
  private final AgentHttp http;
  private final Backoff backoff = new Backoff(new SplittableRandom());
  private long epoch;
  private long reports;

  CrowdNode(NodeCrowd crowd, NodeName name, ServerAddress server) {
    this.crowd = crowd;
    this.name = name;
    this.http = new AgentHttp(server, NodeKey.generate(), HostClock.system());
  }

  /** Until the crowd goes home. */
  void live(JoinToken token, Semaphore joining) {
    try (http) {
      if (!join(token, joining)) {
        return;
      }
      Thread.ofVirtual().start(this::beat);
      while (!crowd.over()) {
        Answer<?> answer =
            http.post(
                "/agent/v1/session",
                new ReportMessages.SessionRequest("crowd", "none", epoch),
                ReportMessages.Session.class);
        if (answer instanceof Answer.Value<?>(ReportMessages.Session session)) {
          epoch = session.epoch();
          reports = 0;
          answer = stream();
        }
        if (answer instanceof Answer.Refused<?>) {
          crowd.refused();
        }
        Thread.sleep(backoff.next());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean join(JoinToken token, Semaphore joining) throws InterruptedException {
    joining.acquire();
    try {
      while (!crowd.over()) {
        EnrollRequest ask = new EnrollRequest(token.id(), token.secret(), name, null);
        Answer<EnrollReply> joined = http.post("/agent/v1/enroll", ask, EnrollReply.class);
        if (joined instanceof Answer.Value<EnrollReply>) {
          return true;
        }
        crowd.couldNotJoin(name + ": " + joined.problem());
        Thread.sleep(backoff.next());
      }
      return false;
    } finally {
      joining.release();
    }
  }

  private Answer<?> stream() {
    boolean[] in = {false};
    Answer<?> answer =
        http.stream("/agent/v1/events")
            .read(
                () -> {
                  in[0] = true;
                  backoff.reset();
                  crowd.connected(1);
                },
                this::heard);
    if (in[0]) {
      crowd.connected(-1);
    }
    return answer;
  }

  private void heard(String data) {
    ServerEvent event;
    try {
      event = PullcordJson.read(data, ServerEvent.class);
    } catch (JsonProcessingException e) {
      crowd.couldNotReport(name + ": " + e.getMessage());
      return;
    }
    if (event instanceof ServerEvent.Changed(long _, DesiredState desired)
        && desired != null
        && desired.commit() != null) {
      report(desired);
    }
  }

  private void report(DesiredState desired) {
    Instant now = Instant.now();
    NodeStatus status =
        new NodeStatus(
            name,
            NodeState.CONVERGED,
            "runs " + desired.commit(),
            now,
            null,
            desired.ref(),
            desired.commit(),
            desired.commit(),
            "000001-crowd",
            Map.of(),
            Map.of(),
            null,
            null,
            0,
            null,
            desired.labels(),
            desired.orders().count(),
            null);
    NodeReport report =
        new NodeReport(
            new ReportNumber(epoch, ++reports),
            now,
            desired.revision(),
            desired.deployment(),
            status,
            List.of(),
            null);
    Answer<ReportMessages.Stored> stored =
        http.post(
            "/agent/v1/reports",
            new ReportMessages.Batch(List.of(report)),
            ReportMessages.Stored.class);
    if (!(stored instanceof Answer.Value<ReportMessages.Stored>)) {
      crowd.couldNotReport(name + ": " + stored.problem());
    }
  }

  private void beat() {
    try {
      while (!crowd.over()) {
        Thread.sleep(500);
        if (http.quietFor().compareTo(BEAT) >= 0) {
          http.post("/agent/v1/heartbeat", null, ReportMessages.Heartbeat.class);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

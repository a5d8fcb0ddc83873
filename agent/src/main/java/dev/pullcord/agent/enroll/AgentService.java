package dev.pullcord.agent.enroll;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.base.host.DaemonUnits;
import dev.pullcord.base.host.Signal;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The agent as a service of its host: started by {@code join} when root runs it, and ended by
 * {@code leave}.
 */
public final class AgentService {
  /** The agent, what starts its workers at a boot, and what runs the commands of a release. */
  public static final List<String> UNITS =
      List.of("pullcord-agent.service", "pullcord-workers.service", "pullcord-commands.socket");

  private static final Duration CONNECTS_WITHIN = Duration.ofSeconds(30);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  private final DaemonUnits units;
  private final Supplier<Optional<NodeStatus>> status;
  private final HostClock clock;
  private final Signal never = new Signal();

  /**
   * The service.
   *
   * @param units of {@link #UNITS}
   * @param status what the running agent says of its node; empty while it does not answer
   */
  public AgentService(DaemonUnits units, Supplier<Optional<NodeStatus>> status, HostClock clock) {
    this.units = units;
    this.status = status;
    this.clock = clock;
  }

  /**
   * Starts it, now and at each boot, and waits until it is connected to its server as that node: an
   * agent that ran already notices a new enrolment a moment later.
   *
   * @return why it is not after 30 s; empty when it is
   */
  public Optional<String> start(NodeName node) throws IOException {
    units.enableAndStart();
    long end = clock.nanos() + CONNECTS_WITHIN.toNanos();
    Optional<NodeStatus> now = status.get();
    while (!isConnected(now, node)) {
      if (units.hasFailed()) {
        return Optional.of("its unit has failed:\n" + units.lastLines());
      } else if (clock.nanos() - end >= 0) {
        return Optional.of(whyNot(now, node));
      }
      clock.await(never, never.count(), LOOK_EVERY);
      now = status.get();
    }
    return Optional.empty();
  }

  private static boolean isConnected(Optional<NodeStatus> status, NodeName node) {
    return status
        .filter(said -> said.node().equals(node))
        .map(NodeStatus::server)
        .filter(server -> server.connected())
        .isPresent();
  }

  private String whyNot(Optional<NodeStatus> now, NodeName node) throws IOException {
    return now.map(s ->
            "it runs, and is not connected as %s: %s: %s"
                .formatted(node, s.state().wireName(), s.reason()))
            .orElse("it does not answer")
        + "; the last lines of its log:\n"
        + units.lastLines();
  }
}

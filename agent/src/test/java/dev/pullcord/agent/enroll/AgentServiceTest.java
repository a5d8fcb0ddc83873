package dev.pullcord.agent.enroll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.base.host.DaemonUnits;
import dev.pullcord.base.host.Signal;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.NodeStatus.ServerContact;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The agent's service on a host that remembers what it was told, with a clock that obeys. */
class AgentServiceTest {
  private static final NodeName NODE = new NodeName("sea-01");

  private final Host host = new Host();
  private final DaemonUnits units = new DaemonUnits(AgentService.UNITS, host);
  private final AgentService service =
      new AgentService(units, host::status, new ClockThatRuns(host));

  /** Units that are enabled and run, and an agent that connects some time after it was started. */
  private static final class Host implements DaemonUnits.HostProgram {
    final Set<String> known = new TreeSet<>(AgentService.UNITS);
    final Set<String> enabled = new TreeSet<>();
    Duration sinceStart = Duration.ZERO;
    Duration answersAfter = Duration.ofSeconds(1);
    Duration connectsAfter = Duration.ofSeconds(2);
    Duration failsAfter = Duration.ofDays(1);

    @Override
    public DaemonUnits.Result run(List<String> argv) {
      if (argv.getFirst().equals("journalctl")) {
        return new DaemonUnits.Result(0, "SERVER_UNREACHABLE  10.0.0.1:8421: connection refused\n");
      }
      return switch (argv.get(3)) {
        case "show" ->
            new DaemonUnits.Result(0, known.contains(argv.getLast()) ? "loaded\n" : "not-found\n");
        case "enable" -> {
          if (!known.containsAll(argv.subList(5, argv.size()))) {
            yield new DaemonUnits.Result(1, "Failed to enable unit: no such file\n");
          }
          enabled.addAll(argv.subList(5, argv.size()));
          yield new DaemonUnits.Result(0, "");
        }
        case "is-failed" ->
            new DaemonUnits.Result(sinceStart.compareTo(failsAfter) < 0 ? 1 : 0, "");
        default -> new DaemonUnits.Result(1, "unknown verb " + argv);
      };
    }

    Optional<NodeStatus> status() {
      if (enabled.isEmpty() || sinceStart.compareTo(answersAfter) < 0) {
        return Optional.empty();
      }
      boolean connected = sinceStart.compareTo(connectsAfter) >= 0;
      return Optional.of(
          new NodeStatus(
              new NodeName("sea-01"),
              NodeState.WAITING,
              "nothing to run yet",
              Instant.EPOCH,
              null,
              "main",
              null,
              null,
              null,
              Map.of(),
              Map.of(),
              null,
              new ServerContact("https://10.0.0.1:8421", connected, null, null),
              0,
              null,
              Map.of(),
              0,
              null));
    }
  }

  /** Each wait is over at once, and the host is older by it. */
  private record ClockThatRuns(Host host) implements HostClock {
    @Override
    public Instant now() {
      return Instant.EPOCH.plus(host.sinceStart);
    }

    @Override
    public long nanos() {
      return host.sinceStart.toNanos();
    }

    @Override
    public boolean await(Signal signal, long seen, Duration atMost) {
      host.sinceStart = host.sinceStart.plus(atMost);
      return false;
    }
  }

  @Test
  void isStartedAndIsThereWhenItIsConnected() throws IOException {
    assertThat(service.start(NODE)).isEmpty();
    assertThat(host.enabled).containsExactlyInAnyOrderElementsOf(AgentService.UNITS);
    assertThat(host.sinceStart).isEqualTo(host.connectsAfter);
  }

  @Test
  void anAgentThatIsStillTheNodeOfBeforeIsNotTakenForTheOneThatJoined() throws IOException {
    assertThat(service.start(new NodeName("sea-02")).orElseThrow())
        .startsWith("it runs, and is not connected as sea-02: waiting: nothing to run yet");
  }

  @Test
  void saysWhatItsLogSaysWhenItDoesNotConnectIn30Seconds() throws IOException {
    host.connectsAfter = Duration.ofDays(1);
    assertThat(service.start(NODE).orElseThrow())
        .startsWith("it runs, and is not connected as sea-01: waiting: nothing to run yet")
        .endsWith("connection refused");
    assertThat(host.sinceStart).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void saysAtOnceThatItsUnitHasFailed() throws IOException {
    host.answersAfter = Duration.ofDays(1);
    host.failsAfter = Duration.ofSeconds(3);
    assertThat(service.start(NODE).orElseThrow()).startsWith("its unit has failed:\n");
    assertThat(host.sinceStart).isEqualTo(host.failsAfter);
  }

  @Test
  void isNoServiceOfAHostWithoutItsUnits() throws IOException {
    assertThat(units.areInstalled()).isTrue();
    host.known.remove("pullcord-workers.service");
    assertThat(units.areInstalled()).isFalse();
    assertThatThrownBy(() -> service.start(NODE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("systemctl enable --now")
        .hasMessageContaining("no such file");
  }
}

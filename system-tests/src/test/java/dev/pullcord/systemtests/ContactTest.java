package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who speaks for a node, and whether it is there. One fleet for all tests of the class; its node is
 * there and converged when a test begins.
 */
class ContactTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir static Path directory;
  private static LocalFleet fleet;

  @BeforeAll
  static void start() {
    fleet = Fleets.converged(directory.resolve("fleet"), 1);
  }

  @AfterAll
  static void end() {
    fleet.close();
  }

  @BeforeEach
  void begin() {
    if (!fleet.agent(0).isAlive()) {
      fleet.agent(0).start();
    }
    Fleets.connected(fleet.agent(0));
    shown("well", n -> n.state() == NodeState.CONVERGED && n.contact() == null);
  }

  private NodeView shown(String what, Predicate<NodeView> wanted) {
    return Eventually.within(SOON).until(what, () -> fleet.api().node("node-1"), wanted::test);
  }

  @Test
  void aCopiedHostIsAnAlarmUntilItsAgentIsStopped() throws IOException {
    LocalAgent copy = fleet.newAgent("copy");
    Files.createDirectories(copy.state());
    for (String name : List.of("node.json", "key.pem", "certificate.pem")) {
      Files.copy(fleet.agent(0).state().resolve(name), copy.state().resolve(name));
    }
    copy.start();

    NodeView alarmed =
        shown("the alarm", n -> n.state() == NodeState.FAILED && n.contact() != null);
    assertThat(alarmed.reason()).startsWith("two hosts use the key of this node");
    assertThat(fleet.api().fleet().alarms()).hasSize(1);
    assertThat(fleet.cli("why", "node-1").output()).contains("pullcord-agent join --anew");

    copy.stop();
    shown("converged again", n -> n.state() == NodeState.CONVERGED);
    assertThat(fleet.api().fleet().alarms()).isEmpty();
  }

  @Test
  void anAgentThatIsStoppedIsNotGreen() {
    LocalAgent agent = fleet.agent(0);
    agent.stop();

    NodeView stopped = fleet.api().node("node-1");
    assertThat(stopped.state()).isEqualTo(NodeState.OFFLINE);
    assertThat(stopped.reason()).startsWith("its agent was stopped cleanly at ");

    agent.start();
    shown("converged", n -> n.state() == NodeState.CONVERGED);
    agent.kill9();
    NodeView lost = shown("lost contact", n -> n.contact() != null);
    assertThat(lost.state()).isEqualTo(NodeState.CONVERGED);
    assertThat(Objects.requireNonNull(lost.contact()).lostSince()).isNotNull();
  }

  @Test
  void aNodeThatWasRemovedAndJoinsAgainReportsWithoutARestart() {
    LocalAgent agent = fleet.agent(0);
    long pid = agent.pid();
    fleet.api().client().remove(new NodeName("node-1")).orThrow();
    Eventually.within(SOON)
        .isTrue("it says so", () -> agent.command("status").output().contains("removed by"));

    agent.join(fleet.agentsUrl(), fleet.api().invite(1).token());

    shown("converged", n -> n.state() == NodeState.CONVERGED);
    assertThat(agent.pid()).isEqualTo(pid);
    assertThat(agent.isAlive()).isTrue();
  }
}

package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.process.ProgramCall;
import dev.pullcord.protocol.api.Invitation;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.enroll.JoinToken;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Who a node is: its key, and nothing that it says. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IdentityTest {
  private LocalFleet fleet;

  @BeforeAll
  void start(@TempDir Path directory) {
    fleet = Fleets.converged(directory.resolve("fleet"), 1);
  }

  @AfterAll
  void end() {
    fleet.close();
  }

  @Test
  void aJoinTokenWorksOnceAndTheSameKeyGetsTheSameAnswer() {
    String token = fleet.api().invite(1).token();
    LocalAgent first = fleet.newAgent("first");
    assertThat(first.join(fleet.agentsUrl(), token).exit()).isZero();
    assertThat(first.join(fleet.agentsUrl(), token).exit()).isZero();
    ProgramCall.Result second = fleet.newAgent("second").join(fleet.agentsUrl(), token);
    assertThat(second.exit()).isEqualTo(4);
    assertThat(second.output()).contains("JOIN_REFUSED").doesNotContain(token);
    assertThat(fleet.api().nodes()).extracting(n -> n.name().value()).doesNotContain("second");
  }

  @Test
  void aTokenOfAnotherServerIsNotEvenSent() {
    Invitation invitation = fleet.api().invite(1);
    JoinToken token = JoinToken.parse(invitation.token());
    String wrongPin = new JoinToken("ab".repeat(32), token.id(), token.secret()).text();
    ProgramCall.Result refused = fleet.newAgent("misled").join(fleet.agentsUrl(), wrongPin);
    assertThat(refused.exit()).isNotZero();
    assertThat(refused.output()).contains("PIN_MISMATCH");
    assertThat(fleet.newAgent("right").join(fleet.agentsUrl(), invitation.token()).exit())
        .as("the token was not used up")
        .isZero();
  }

  @Test
  void anAgentWhosePinIsWrongSaysSoAndChangesNothing() throws IOException {
    LocalAgent agent = fleet.addAgents(1).getFirst();
    Fleets.convergedOn(fleet, agent, fleet.workTree().head());
    agent.stop();
    Path node = agent.state().resolve("node.json");
    String joined = Files.readString(node);
    Files.writeString(node, joined.replaceAll("[0-9a-f]{64}", "cd".repeat(32)));
    agent.start();
    Eventually.within(Fleets.RECOVERY)
        .until("it says what is wrong", agent::lastLines, l -> l.contains("PIN_MISMATCH"));
    assertThat(agent.workers()).hasSize(1);
    agent.stop();
    Files.writeString(node, joined);
    agent.start();
    Fleets.convergedOn(fleet, agent, fleet.workTree().head());
  }

  @Test
  void joinAtThePeoplesPortSaysWhichPortThatIs() {
    LocalAgent agent = fleet.newAgent("astray");
    ProgramCall.Result refused = agent.join(fleet.url(), fleet.api().invite(1).token());
    assertThat(refused.exit()).isEqualTo(5);
    assertThat(refused.output())
        .contains("WRONG_PORT", fleet.url() + " is the people's port of a server");
  }

  @Test
  void aRemovedNodeIsCutOffAndItsWorkersGoOn() {
    LocalAgent agent = fleet.addAgents(1).getFirst();
    Fleets.convergedOn(fleet, agent, fleet.workTree().head());
    ProgramCall.Result removed = fleet.cli("node", "remove", agent.name(), "--yes");
    assertThat(removed.exit()).as(removed.output()).isZero();
    Eventually.within(Fleets.full() ? Duration.ofSeconds(5) : Fleets.RECOVERY)
        .until("the agent noticed", agent::lastLines, l -> l.contains("NODE_REMOVED"));
    assertThat(agent.lastLines())
        .contains("this node was removed by admin at ")
        .doesNotContain("content=");
    assertThat(agent.workers()).hasSize(1);
    assertThat(fleet.api().nodes()).extracting(n -> n.name().value()).doesNotContain(agent.name());
  }

  @Test
  void aNodeThatIsSilentIsOfflineAndNotConverged() {
    LocalAgent agent = fleet.addAgents(1).getFirst();
    Fleets.convergedOn(fleet, agent, fleet.workTree().head());
    agent.kill9();
    NodeView node =
        Eventually.within(Fleets.RECOVERY)
            .until(
                "it is offline",
                () -> fleet.api().node(agent.name()),
                n -> n.state() == NodeState.OFFLINE);
    assertThat(node.reason()).isNotBlank();
    agent.start();
    Fleets.convergedOn(fleet, agent, fleet.workTree().head());
  }
}

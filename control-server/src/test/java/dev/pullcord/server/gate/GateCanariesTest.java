package dev.pullcord.server.gate;

import static dev.pullcord.server.TestFleet.ADA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.Requests;
import dev.pullcord.protocol.api.SuspensionView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.manifest.node.NodeShare;
import dev.pullcord.protocol.manifest.node.RolloutSpec;
import dev.pullcord.protocol.manifest.node.RolloutSpec.CanaryNodes;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.Said;
import dev.pullcord.server.TestFleet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which nodes try a commit before its branch moves. */
class GateCanariesTest {
  @TempDir Path directory;
  private TestFleet fleet;

  @BeforeEach
  void open() {
    fleet = new TestFleet(directory);
    fleet.commits.push("main", 1);
    fleet.commits.push("try", 9);
    fleet.deployments.reconcile();
    fleet.join("c", "a", "b");
    fleet.joinTo("try", "0");
    fleet.start("0", "a", "b", "c");
    fleet.converge("0", "a", "b", "c");
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  private List<String> of(RolloutSpec spec) {
    return fleet.model.read(now ->
        GateCanaries.of("main", spec, now.nodes().values()).stream().map(NodeName::value).toList());
  }

  private static RolloutSpec canary(CanaryNodes nodes) {
    return new RolloutSpec(
        new RolloutSpec.Strategy.Canary(nodes, Duration.ofSeconds(30), false),
        new NodeShare(25, true),
        0,
        RolloutSpec.OnHalt.STAY,
        Duration.ofMinutes(30));
  }

  @Test
  void withoutCanariesInTheManifestItIsTheFirstByNameThatFollowsTheBranch() {
    assertThat(of(RolloutSpec.ALL_AT_ONCE)).containsExactly("a");
  }

  @Test
  void theManifestSaysHowMany() {
    assertThat(of(canary(new CanaryNodes.First(2)))).containsExactly("a", "b");
    assertThat(of(canary(new CanaryNodes.First(7)))).containsExactly("a", "b", "c");
  }

  @Test
  void theManifestSaysWhichByAllOfTheLabels() {
    fleet
        .operations
        .nodes()
        .label(
            ADA,
            new NodeName("b"),
            new Requests.Labels(Map.of("role", "canary", "dc", "ams"), null));
    fleet
        .operations
        .nodes()
        .label(ADA, new NodeName("c"), new Requests.Labels(Map.of("role", "canary"), null));

    assertThat(of(canary(new CanaryNodes.Matching(Map.of("role", "canary")))))
        .containsExactly("b", "c");
    assertThat(of(canary(new CanaryNodes.Matching(Map.of("role", "canary", "dc", "ams")))))
        .containsExactly("b");
    assertThat(of(canary(new CanaryNodes.Matching(Map.of("role", "none"))))).isEmpty();
  }

  @Test
  void aPinnedNodeTriesNothing() {
    fleet.pin("a", "try", "1h");

    assertThat(of(RolloutSpec.ALL_AT_ONCE)).containsExactly("b");
  }

  @Test
  void aSuspendedNodeTriesNothing() {
    fleet
        .operations
        .suspensions()
        .suspend(ADA, new NodeName("a"), new SuspensionView.Request("1h", "a new disk"));

    assertThat(of(RolloutSpec.ALL_AT_ONCE)).containsExactly("b");
  }

  @Test
  void aNodeThatHoldsItselfTriesNothing() {
    fleet.report("a", Said.by(fleet, "a").state(NodeState.HELD, "mode is noop").next());

    assertThat(of(RolloutSpec.ALL_AT_ONCE)).containsExactly("b");
  }

  @Test
  void aNodeThatIsAwayTriesNothing() {
    fleet.advance(Duration.ofMinutes(2));
    fleet.model.seen(fleet.record("b").id());
    fleet.advance(Duration.ofSeconds(1));

    assertThat(of(RolloutSpec.ALL_AT_ONCE)).containsExactly("b");
  }
}

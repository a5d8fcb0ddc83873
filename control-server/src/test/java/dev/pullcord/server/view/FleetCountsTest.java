package dev.pullcord.server.view;

import static dev.pullcord.server.FakeCommits.commit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.Said;
import dev.pullcord.server.TestFleet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetCountsTest {
  @TempDir Path directory;
  private TestFleet fleet;

  @BeforeEach
  void start() {
    fleet = new TestFleet(directory);
    fleet.commits.push("main", 1);
    fleet.commits.push("try", 9);
    fleet.commits.tag("v1", 5);
    fleet.deployments.reconcile();
    fleet.join("a", "b", "c");
    fleet.start("a", "b", "c");
  }

  @AfterEach
  void stop() {
    fleet.close();
  }

  private Fleet counts() {
    return fleet.model.read(FleetCounts::of);
  }

  private Fleet.Ref ref(String name) {
    return counts().refs().stream().filter(r -> r.ref().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void statesAddUpToTheFleet() {
    fleet.converge("a");
    fleet.report("b", Said.by(fleet, "b").state(NodeState.FAILED, "check failed").next());
    Map<String, Integer> nodes = counts().nodes();
    assertThat(nodes)
        .containsEntry("total", 3)
        .containsEntry("converged", 1)
        .containsEntry("failed", 1)
        .containsEntry("waiting", 1);
    assertThat(nodes.values().stream().mapToInt(n -> n).sum()).isEqualTo(2 * 3);
    assertThat(nodes).as("every state has a number").hasSize(NodeState.values().length + 1);
  }

  @Test
  void aPinnedNodeCountsOnTheBranchThatItIsPinnedTo() {
    fleet.converge("a", "b", "c");
    fleet.pin("c", "try", "1h");
    assertThat(ref("main").nodes()).isEqualTo(2);
    assertThat(ref("main").converged()).isEqualTo(2);
    assertThat(ref("try").nodes()).isEqualTo(1);
    assertThat(ref("try").converged()).isZero();
    assertThat(ref("try").commit()).isEqualTo(commit(9));
    assertThat(counts().attributes()).containsEntry("pinned", 1);
  }

  @Test
  void aNodeThatIsPinnedToATagCountsOnNoBranch() {
    fleet.pin("b", "v1", "1h");
    fleet.pin("c", "v1", "1h");
    assertThat(counts().refs()).extracting(Fleet.Ref::ref).containsExactly("main");
    assertThat(ref("main").nodes()).isEqualTo(1);
  }

  @Test
  void aBranchWithoutACommitIsThereWithItsNodes() {
    fleet.joinTo("later", "d");
    assertThat(ref("later")).isEqualTo(new Fleet.Ref("later", null, null, null, 1, 0, null));
  }

  @Test
  void aBranchThatNobodyRunsAnyMoreIsThereWhileSomebodyFollowsIt() {
    fleet.operations.nodes().follow(TestFleet.ADA, new NodeName("a"), "try");
    fleet.pin("a", "main", "1h");
    assertThat(ref("try").nodes()).isZero();
    assertThat(ref("main").nodes()).isEqualTo(3);
  }

  @Test
  void whatIsTrueBesideTheStateIsCounted() {
    fleet.report("a", Said.by(fleet, "a").drift("x.txt differs").next());
    fleet.converge("b", "c");
    fleet.model.lost(fleet.record("b").id());
    fleet.advance(Duration.ofSeconds(1));
    assertThat(counts().attributes())
        .containsEntry("drifted", 1)
        .containsEntry("lost-contact", 1)
        .containsEntry("pinned", 0)
        .containsEntry("draining", 0)
        .containsEntry("unproven", 0);
  }

  @Test
  void aNodeThatIsOfflineIsNotCountedAsLostContactAsWell() {
    fleet.converge("a", "b", "c");
    fleet.model.lost(fleet.record("b").id());
    fleet.advance(Duration.ofSeconds(1));
    assertThat(counts().nodes()).containsEntry("offline", 0).containsEntry("converged", 3);
    assertThat(counts().attributes()).containsEntry("lost-contact", 1);

    fleet.advance(Duration.ofSeconds(60));

    assertThat(counts().nodes()).containsEntry("offline", 3);
    assertThat(counts().attributes()).containsEntry("lost-contact", 0);
    assertThat(fleet.view("b").contact()).isNull();
  }
}

package dev.pullcord.server.desired;

import static dev.pullcord.server.FakeCommits.commit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.Said;
import dev.pullcord.server.TestFleet;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What garbage collection of the repository must leave there. */
class NeededCommitsTest {
  @TempDir Path directory;
  private TestFleet fleet;

  @BeforeEach
  void start() {
    fleet = new TestFleet(directory);
    fleet.commits.push("main", 1);
    fleet.deployments.reconcile();
    fleet.join("a");
    fleet.start("a");
    fleet.converge("a");
  }

  @AfterEach
  void stop() {
    fleet.close();
  }

  private Set<CommitId> needed() {
    return new NeededCommits(fleet.store, fleet.model).now();
  }

  @Test
  void theHeadsAndWhatNodesRunAreNeeded() {
    assertThat(needed()).containsExactly(commit(1));
    fleet.commits.push("main", 2);
    fleet.deployments.reconcile();
    assertThat(needed()).as("the node still runs the old one").contains(commit(1), commit(2));
  }

  @Test
  void whatANodeFailedOnStaysUntilItSaysOtherwise() {
    fleet.report("a", Said.by(fleet, "a").target(commit(7)).applied(commit(8)).next());
    assertThat(needed()).contains(commit(7), commit(8));
  }

  @Test
  void aPinnedCommitIsNeededAndWhatComesAfterThePin() {
    fleet.commits.tag("v1", 5);
    fleet.pin("a", "v1", "1h");
    fleet.commits.push("main", 3);
    fleet.deployments.reconcile();
    assertThat(needed()).contains(commit(5), commit(3));
  }

  @Test
  void deploymentsKeepWhatTheyDeployedAndWhatWasBefore() {
    fleet.commits.push("main", 2);
    fleet.deployments.reconcile();
    fleet.converge("a");
    fleet.commits.push("main", 3);
    fleet.deployments.reconcile();
    fleet.converge("a");
    assertThat(needed()).contains(commit(1), commit(2), commit(3));
  }

  @Test
  void nothingThatNobodyEverNamedIsNeeded() {
    fleet.commits.tag("v9", 9);
    fleet.operations.nodes().remove(TestFleet.ADA, new NodeName("a"));
    assertThat(needed()).doesNotContain(commit(9));
  }
}

package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.GitClone;
import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.process.WorkerProcess;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.testkit.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker with another identity that survived its deploy is never called converged. */
class SurvivorTest {
  @TempDir Path directory;

  @Test
  void theOldWorkerThatIgnoresTermKeepsTheNodeFromConverged() {
    try (LocalFleet fleet = Fleets.converged(directory.resolve("fleet"), 1)) {
      assertThat(fleet.push(SmallWork.stubbornTask(), "Ignore TERM").converged()).isTrue();
      LocalAgent agent = fleet.agent(0);
      WorkerProcess survivor = agent.workers().getFirst();
      GitClone clone = fleet.workTree();
      clone.write(SmallWork.task("after"));
      String commit = clone.commit("Another identity");
      clone.push(_ -> {}, "-o", "nowait", "origin", "HEAD");
      Eventually.within(Fleets.RECOVERY)
          .until(
              "it drains",
              () -> fleet.api().node("node-1"),
              n -> n.state() == NodeState.APPLYING && n.draining());
      for (int i = 0; i < 3; i++) {
        agent.kill9();
        agent.start();
        Eventually.within(Fleets.RECOVERY)
            .until(
                "it drains again",
                agent::status,
                s -> s.state() == NodeState.APPLYING && s.reason().contains("draining"));
        assertThat(agent.workers()).containsExactly(survivor);
        assertThat(fleet.api().node("node-1").state()).isNotEqualTo(NodeState.CONVERGED);
        assertThat(fleet.api().fleet().refs().getFirst().converged()).isZero();
      }
      survivor.end(Duration.ofMillis(1));
      Fleets.convergedOn(fleet, agent, commit);
      Fleets.oneReleaseAndOneWorker(agent, commit);
    }
  }
}

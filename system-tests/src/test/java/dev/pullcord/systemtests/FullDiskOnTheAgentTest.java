package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.process.WorkerProcess;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real file system under the agent has no room, no inodes, or is read-only: the workers run on,
 * the cause is said with path and remedy, and it goes on by itself once the cause is gone.
 */
class FullDiskOnTheAgentTest {
  @TempDir Path directory;

  @Test
  void saysWhatIsUsedUpAndHealsByItself() throws IOException {
    Path state = directory.resolve("fleet/node-1");
    try (SmallDisk disk = SmallDisk.mounted(state, "size=24m,nr_inodes=3000,mode=0700");
        LocalFleet fleet = Fleets.converged(directory.resolve("fleet"), 1)) {
      LocalAgent agent = fleet.agent(0);
      List<WorkerProcess> workers = agent.workers();
      Fleets.nothingLeftIn(agent.state().resolve("tmp")); // what goes later would make room

      disk.fill(0);
      healsFrom("the disk is full; make room", fleet, disk);
      disk.takeInodes();
      healsFrom("no inodes are left", fleet, disk);

      assertThat(agent.workers()).isEqualTo(workers);
    }
  }

  @Test
  void doesNotStartOnAReadOnlyStateAndSaysSo() throws IOException {
    Path state = directory.resolve("fleet/node-1");
    try (SmallDisk disk = SmallDisk.mounted(state, "size=24m,mode=0700");
        LocalFleet fleet = Fleets.converged(directory.resolve("fleet"), 1)) {
      LocalAgent agent = fleet.agent(0);
      String commit = fleet.workTree().head();
      agent.stop();
      List<WorkerProcess> workers = agent.workers();

      disk.readOnly();
      agent.start();
      Eventually.within(Fleets.RECOVERY).isTrue("it ended", () -> !agent.isAlive());
      assertThat(agent.lastLines())
          .contains("the file system is read-only", "mount it read-write again", state.toString())
          .doesNotContain("Exception", "bug");

      disk.writable();
      agent.start();
      Fleets.convergedOn(fleet, agent, commit);
      assertThat(agent.workers()).isEqualTo(workers);
    }
  }

  private static void healsFrom(String cause, LocalFleet fleet, SmallDisk disk) throws IOException {
    LocalAgent agent = fleet.agent(0);
    fleet.workTree().write(SmallWork.search(cause));
    String commit = fleet.workTree().commit(cause);
    fleet.workTree().push(_ -> {}, "-o", "nowait", "origin", "HEAD");
    NodeView node =
        Eventually.within(Fleets.RECOVERY)
            .until(
                "the server knows why",
                () -> fleet.api().node(agent.name()),
                n -> n.reason().contains(cause));
    assertThat(node.reason()).contains(agent.state().toString());
    disk.empty();
    Fleets.convergedOn(fleet, agent, commit);
  }
}

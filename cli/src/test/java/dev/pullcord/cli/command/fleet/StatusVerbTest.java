package dev.pullcord.cli.command.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.fake.FakeFleet;
import dev.pullcord.cli.fake.FakeServer;
import dev.pullcord.cli.fake.Machine;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class StatusVerbTest {
  @TempDir Path home;
  private FakeServer server;
  private Machine machine;

  @BeforeEach
  void start() throws IOException {
    server = new FakeServer();
    machine = Machine.signedIn(home, server);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private List<String> status(int exitCode) {
    assertThat(machine.run("status")).as(machine.err()).isEqualTo(exitCode);
    return machine.out().lines().toList();
  }

  @Test
  void aFleetThatIsAsAskedIsTwoLines() {
    server.fleet().set("grep-1", NodeState.CONVERGED, "");
    server.fleet().deploy(12, FakeFleet.HEAD, null);
    assertThat(status(0))
        .containsExactly(
            "converged 1/1 ✓", "", "main  3f2a91c  Look for more  (Ann, 2m 5s ago)", "  ✓ 1/1");
  }

  @Test
  void aRefToWhichNothingWasPushedSaysWhoFollowsIt() {
    server.fleet().set("grep-1", NodeState.NEVER_SEEN, "has not joined");
    assertThat(status(1))
        .contains(
            "main  nothing pushed yet, followed by 1 node",
            "? grep-1  never-seen: has not" + " joined  (2m 5s ago)");
    assertThat(machine.run("node", "grep-1")).as(machine.err()).isZero();
    assertThat(machine.out()).doesNotContain("steps of deployment");
  }

  @Test
  void alarmsStandAboveTheNodes() {
    server.fleet().set("grep-1", NodeState.FAILED, "no disk");
    server.fleet().alarm("two hosts use the key of grep-1");
    List<String> lines = status(1);
    assertThat(lines.indexOf("alarm two hosts use the key of grep-1"))
        .isPositive()
        .isLessThan(lines.indexOf("✗ grep-1  failed: no disk  (2m 5s ago)"));
  }

  @Test
  void aFleetToWhichTheLastPushDidNotComeIsNotConverged() {
    server.fleet().set("grep-1", NodeState.CONVERGED, "");
    server.fleet().deploy(12, FakeFleet.HEAD, null);
    server.fleet().troubled("main", "the disk of the server is full");
    assertThat(status(1)).startsWith("not converged 1/1 ✗");
    assertThat(machine.run("status", "-o", "json")).isEqualTo(1);
    assertThat(machine.run("status", "-l", "role=grep")).isEqualTo(1);
    assertThat(machine.out())
        .contains(
            "alarm what was pushed to main reaches no node: the disk of the server is full\n");
  }

  @Test
  void whatManyNodesHaveInCommonIsSaidOnce() {
    for (int i = 10; i < 35; i++) {
      server.fleet().set("grep-" + i, NodeState.ROLLED_BACK, "check exited 3");
    }
    assertThat(status(1))
        .contains(
            "✗ 25 nodes  rolled-back: check exited 3",
            "    grep-10, grep-11, grep-12, grep-13, grep-14, grep-15, grep-16, grep-17 and 17"
                + " more");
  }

  @Test
  void ofManyNodesInTroubleTwentyAreNamed() {
    for (int i = 10; i < 35; i++) {
      server.fleet().set("grep-" + i, NodeState.OFFLINE, "gone " + i);
    }
    assertThat(status(1))
        .filteredOn(line -> line.startsWith("? grep-"))
        .hasSize(20)
        .startsWith("? grep-10  offline: gone 10  (2m 5s ago)");
    assertThat(status(1)).contains("and more: pullcord nodes");
  }
}

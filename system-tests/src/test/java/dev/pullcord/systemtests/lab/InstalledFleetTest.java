package dev.pullcord.systemtests.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server's and a worker's host that were installed by the docs, and a bad day of their
 * administrator.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class InstalledFleetTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String TEMPLATE = "/etc/systemd/system/pullcord-worker@.service";

  /** Children with sessions and no environment, and what the check itself sees. */
  private static final String LITTER =
      """
      for i in 1 2 3 4 5 6 7 8 9 10; do
        setsid env -i sleep 98765 < /dev/null > /dev/null 2>&1 &
      done
      cat /proc/self/cgroup > /var/tmp/check-group
      """;

  private final LabFleet fleet;

  InstalledFleetTest(@TempDir Path temp) {
    fleet = new LabFleet(temp);
  }

  @BeforeAll
  void install() {
    fleet.install();
  }

  @AfterAll
  void down() {
    fleet.close();
  }

  private String unit() {
    return Eventually.within(LIMIT)
        .until("one worker", fleet.node::units, units -> running(units).size() == 1)
        .stream()
        .filter(unit -> unit.endsWith(" running"))
        .findFirst()
        .orElseThrow()
        .replace(" running", "");
  }

  private static List<String> running(List<String> units) {
    return units.stream().filter(unit -> unit.endsWith(" running")).toList();
  }

  @Test
  @Order(1)
  void theCommandsOfTheDocsMakeAFleetThatConverges() throws IOException {
    String said =
        fleet.push(
            Map.of(
                "pullcord.yaml",
                LabFleet.MANIFEST,
                "bin/worker",
                LabFleet.WORKER,
                "bin/check",
                LITTER,
                "task",
                "one"),
            "one");

    assertThat(said).contains("converged 1/1");
    assertThat(fleet.node.units()).containsExactly("pullcord-worker@1.service running");
  }

  @Test
  @Order(2)
  void aCheckThatLeavesChildrenBehindLeavesNothingAlive() {
    assertThat(fleet.node.sh("cat /var/tmp/check-group"))
        .contains("0::/system.slice/pullcord-commands.service/command-");
    assertThat(fleet.node.ask("pgrep", "-f", "[s]leep 98765")).isEmpty();
    assertThat(
            fleet.node.sh(
                "find /sys/fs/cgroup/system.slice/pullcord-commands.service -mindepth 1 -type d"))
        .isEmpty();
  }

  @Test
  @Order(3)
  void aWorkerThatIsRestartedByHandInAJobIsReplacedAtOnceAndTheServerKnows() {
    fleet.node.sh("touch /var/tmp/linger");

    fleet.node.sh("systemctl restart --no-block pullcord-worker@1.service");

    fleet.saysOfNode("someone stopped pullcord-worker@1.service; started generation 2");
    assertThat(fleet.node.units())
        .containsExactly(
            "pullcord-worker@1.service stop-sigterm", "pullcord-worker@2.service running");
    fleet.node.sh("rm /var/tmp/linger");
    Eventually.within(LIMIT)
        .until(
            "one is left", fleet.node::units, List.of("pullcord-worker@2.service running")::equals);
    assertThat(fleet.node.lines("/var/tmp/starts")).hasSize(2);
    assertThat(fleet.node.lines("/var/tmp/terms")).hasSize(1);
  }

  @Test
  @Order(4)
  void aWorkerThatIsKilledIsReplacedAndTheServerKnows() {
    fleet.node.sh("systemctl kill --signal=KILL " + unit());

    fleet.saysOfNode("worker grep exited 137");
    assertThat(unit()).isEqualTo("pullcord-worker@3.service");
  }

  @Test
  @Order(5)
  void anInstanceThatIsMaskedIsNamedAndReplaced() {
    String unit = unit();
    fleet.node.sh("systemctl mask " + unit + " && systemctl stop " + unit);

    fleet.saysOfNode("someone masked " + unit);
    assertThat(unit()).isNotEqualTo(unit);
  }

  @Test
  @Order(6)
  void anEditedTemplateIsInForceFromTheNextGenerationOnWithoutAReload() {
    String before = unit();
    fleet.node.sh("sed -i 's/^LimitNOFILE=.*/LimitNOFILE=4321/' " + TEMPLATE);

    fleet.node.sh("systemctl stop " + before);

    Eventually.within(LIMIT).until("another", this::unit, unit -> !unit.equals(before));
    String main = fleet.node.sh("systemctl show --property=MainPID --value " + unit()).strip();
    assertThat(fleet.node.sh("grep 'Max open files' /proc/" + main + "/limits")).contains("4321");
  }

  @Test
  @Order(7)
  @EnabledIfSystemProperty(named = "pullcord.full", matches = "true")
  void aTemplateThatIsMaskedOrGoneOrBrokenIsNamedWithWhatToDoAndMended() {
    fleet.node.sh("mv " + TEMPLATE + " /var/tmp/");
    fleet.node.sh("systemctl mask pullcord-worker@.service && systemctl stop 'pullcord-worker@*'");
    fleet.saysOfNode("systemctl unmask pullcord-worker@.service");

    fleet.node.sh("systemctl unmask pullcord-worker@.service");
    fleet.saysOfNode("systemd knows no unit pullcord-worker@.service");

    fleet.node.sh(
        "sed 's|^ExecStart=|ExecStart=relative/|' /var/tmp/pullcord-worker@.service > " + TEMPLATE);
    fleet.saysOfNode("systemd-analyze verify pullcord-worker@.service says why");

    fleet.node.sh("mv /var/tmp/pullcord-worker@.service " + TEMPLATE);
    fleet.operator("pullcord retry node-1");
    unit();
  }
}

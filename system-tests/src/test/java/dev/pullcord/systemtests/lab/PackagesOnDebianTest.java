package dev.pullcord.systemtests.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.TempGitRemote;
import java.io.IOException;
import java.nio.file.Files;
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
import org.junit.jupiter.api.io.TempDir;

/** The life of the agent's package on a host that has no Java: install, upgrade, remove, purge. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PackagesOnDebianTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String WORKER = "pullcord-worker@1";

  private final TempGitRemote remote;
  private final LabHost host;

  PackagesOnDebianTest(@TempDir Path temp) throws IOException {
    Packages packages = Packages.of("agent");
    Path debs = Files.createDirectories(temp.resolve("debs"));
    Files.copy(packages.file(".deb"), debs.resolve("old.deb"));
    packages.again("1.2.4", temp.resolve("again"), debs.resolve("new.deb"));
    remote = TempGitRemote.create(temp.resolve("git"));
    host =
        LabHost.withoutJava(
            temp.resolve("host"), List.of(remote.bare() + ":/srv/fleet.git", debs + ":/srv/debs"));
  }

  @BeforeAll
  void boot() throws IOException {
    remote.push(
        Map.of(
            "pullcord.yaml",
            LabFleet.MANIFEST,
            "bin/worker",
            LabFleet.WORKER,
            "bin/check",
            "true\n",
            "task",
            "one"),
        "one");
    host.boot();
  }

  @AfterAll
  void down() {
    host.close();
  }

  private String pid(String unit) {
    return host.sh("systemctl show --property=MainPID --value " + unit).strip();
  }

  private void converges() {
    Eventually.within(LIMIT)
        .until("it runs", host::status, said -> said.contains("host  converged"));
  }

  @Test
  @Order(1)
  void anInstalledAgentHasItsUnitAndUserAndStartsNothingByItself() {
    String said = host.sh("dpkg --install /srv/debs/old.deb 2>&1");

    assertThat(host.ask("systemctl", "is-enabled", "pullcord-agent.service")).contains("disabled");
    assertThat(host.ask("systemctl", "is-active", "pullcord-agent.service")).contains("inactive");
    assertThat(host.ask("sh", "-c", "command -v java")).as(said).isEmpty();
    assertThat(host.sh("stat --format='%U %a' /var/lib/pullcord").strip())
        .isEqualTo("pullcord 711");
    assertThat(host.sh("dpkg --verify pullcord-agent")).isEmpty();
    assertThat(host.sh("PULLCORD_JAVA_OPTS=-XX:AOTMode=on pullcord-agent --version"))
        .contains("pullcord-agent ");
  }

  @Test
  @Order(2)
  void itRunsWorkersAsUnits() throws IOException {
    host.put(
        "etc/pullcord/agent.yaml",
        "node: host\ngit: {url: \"file:///srv/fleet.git\", branch: main, poll: 1s}\n");

    host.sh(
        "systemctl enable --now pullcord-agent pullcord-workers.service pullcord-commands.socket"
            + " 2>&1");

    converges();
    for (String beside : List.of("pullcord-workers.service", "pullcord-commands.socket")) {
      assertThat(host.ask("systemctl", "is-enabled", beside).strip()).isEqualTo("enabled");
    }
    assertThat(host.units()).containsExactly(WORKER + ".service running");
  }

  @Test
  @Order(3)
  void anUpgradeRestartsTheAgentAndLeavesWorkersAndConfigurationAlone() {
    String worker = pid(WORKER);
    String agent = pid("pullcord-agent");
    host.sh("systemctl start pullcord-commands.service");
    String runner = pid("pullcord-commands");

    String said = host.sh("dpkg --install /srv/debs/new.deb < /dev/null 2>&1");

    assertThat(pid("pullcord-commands")).as(said).isNotEqualTo(runner).isNotEqualTo("0");

    assertThat(pid("pullcord-agent")).as(said).isNotEqualTo(agent).isNotEqualTo("0");
    assertThat(said).doesNotContain("did not start", "not renewed", "failed");
    converges();
    assertThat(pid(WORKER)).isEqualTo(worker);
    assertThat(host.lines("/etc/pullcord/agent.yaml")).contains("node: host");
  }

  @Test
  @Order(4)
  void aDowngradeIsRefusedWithASentenceAndChangesNothing() {
    String agent = pid("pullcord-agent");

    String said = host.ask("dpkg", "--install", "/srv/debs/old.deb");

    assertThat(said).contains("1.2.4 was installed here, which is newer than 1.2.3");
    assertThat(host.sh("dpkg-query --show --showformat='${Version} ${Status}' pullcord-agent"))
        .isEqualTo("1.2.4 install ok installed");
    assertThat(pid("pullcord-agent")).isEqualTo(agent);
  }

  @Test
  @Order(5)
  void removingItKeepsConfigurationAndStateAndLetsAWorkerFinish() {
    host.sh("touch /var/tmp/linger");

    host.sh("dpkg --remove pullcord-agent 2>&1");

    assertThat(host.units()).containsExactly(WORKER + ".service stop-sigterm");
    host.sh("systemctl daemon-reload");
    assertThat(host.sh("systemctl show --property=TimeoutStopUSec --value " + WORKER).strip())
        .isEqualTo("infinity");
    host.sh("rm /var/tmp/linger");
    Eventually.within(LIMIT).until("it has ended", host::units, List::isEmpty);
    assertThat(host.lines("/var/tmp/terms")).hasSize(1);
    assertThat(host.lines("/etc/pullcord/agent.yaml")).contains("node: host");
    assertThat(host.sh("ls /var/lib/pullcord")).contains("journal", "releases");
    assertThat(host.ask("sh", "-c", "command -v pullcord-agent")).isEmpty();
  }

  @Test
  @Order(6)
  void anOlderOneIsRefusedOverTheStateThatIsLeftToo() {
    assertThat(host.ask("dpkg", "--install", "/srv/debs/old.deb"))
        .contains("1.2.4 was installed here");
    host.sh("dpkg --install /srv/debs/new.deb 2>&1");
    host.sh("systemctl enable --now pullcord-workers.service pullcord-agent.service 2>&1");
    converges();
  }

  @Test
  @Order(7)
  void aPurgeLeavesNothingButTheUser() {
    host.sh("dpkg --purge pullcord-agent 2>&1");

    assertThat(host.ask("pgrep", "-u", "pullcord")).isEmpty();
    assertThat(
            host.sh(
                "find / -xdev -iname '*pullcord*' -not -path '/proc/*' -not -path '/sys/*'"
                    + " -not -path '/opt/*' -not -path '/srv/*'"))
        .isEmpty();
    assertThat(host.sh("getent passwd pullcord")).contains("nologin");
  }
}

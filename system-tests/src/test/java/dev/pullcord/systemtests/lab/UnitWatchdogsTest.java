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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * What systemd does with a daemon that is stuck, or has ended by itself, and that workers live on.
 * The watchdogs' times are short here, by a drop-in.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnitWatchdogsTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String SHORT =
      """
      [Service]
      WatchdogSec=%d
      Environment=PULLCORD_JAVA_OPTS=-Dpullcord.stuck-after=2
      """;

  /** Takes the place of the store's writer for as long as it lives. */
  private static final String HOLDER =
      "systemd-run --quiet --unit=holder python3 -c \"import sqlite3, time;"
          + " c = sqlite3.connect('/var/lib/pullcord-server/store.db', isolation_level=None);"
          + " c.execute('begin immediate'); time.sleep(600)\"";

  /** Waits until the agent says that it hangs, then removes what follows. */
  private static final String UNTIL_STUCK =
      "; begun=$(date +%s); until journalctl --unit=pullcord-agent --since=@$begun"
          + " | grep -q 'has done nothing for'; do sleep 0.5; done; rm ";

  private final LabFleet fleet;

  UnitWatchdogsTest(@TempDir Path temp) throws IOException {
    fleet = new LabFleet(temp);
    fleet.server.put(
        "etc/systemd/system/pullcord-server.service.d/short.conf", SHORT.formatted(12));
    fleet.node.put("etc/systemd/system/pullcord-agent.service.d/short.conf", SHORT.formatted(6));
  }

  @BeforeAll
  void install() {
    fleet.install();
    String said =
        fleet.push(
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
    assertThat(said).contains("converged 1/1");
  }

  @AfterAll
  void down() {
    fleet.close();
  }

  /** Waits until another process is the unit's, ready, and returns what the journal has since. */
  private static String restarted(LabHost host, String unit, String act) {
    String before = property(host, unit, "MainPID");
    String since = cursor(host);
    host.sh(act);
    Eventually.within(LIMIT)
        .until(
            unit + " was restarted",
            () -> property(host, unit, "MainPID") + " " + property(host, unit, "ActiveState"),
            now ->
                now.endsWith(" active")
                    && !now.equals("0 active")
                    && !now.startsWith(before + " "));
    return journal(host, unit, since);
  }

  private static String cursor(LabHost host) {
    return host.sh("journalctl --lines=1 --show-cursor | sed -n 's/-- cursor: //p'").strip();
  }

  private static String journal(LabHost host, String unit, String since) {
    return host.sh("journalctl --no-pager --unit=" + unit + " '--after-cursor=" + since + "'");
  }

  private static String property(LabHost host, String unit, String name) {
    return host.sh("systemctl show --property=" + name + " --value " + unit).strip();
  }

  private void theWorkerIsAsItWas() {
    assertThat(fleet.node.units()).containsExactly("pullcord-worker@1.service running");
    assertThat(fleet.node.lines("/var/tmp/starts")).hasSize(1);
    assertThat(fleet.node.lines("/var/tmp/terms")).isEmpty();
  }

  @Test
  @EnabledIfSystemProperty(named = "pullcord.full", matches = "true")
  void anAgentThatIsFrozenIsRestarted() {
    assertThat(
            restarted(
                fleet.node,
                "pullcord-agent.service",
                "systemctl kill --kill-whom=main --signal=STOP pullcord-agent"))
        .contains("Watchdog timeout (limit 6s)!");
    theWorkerIsAsItWas();
  }

  @Test
  void anAgentWhoseLoopIsStuckIsRestartedAndSaysWhy() {
    String stopping = "/var/lib/pullcord/generations/1/stopping";
    try {
      assertThat(
              restarted(
                  fleet.node,
                  "pullcord-agent.service",
                  "rm -f " + stopping + "; mkfifo " + stopping + UNTIL_STUCK + stopping))
          .contains("the loop has done nothing for 2 s", "Watchdog timeout (limit 6s)!");
    } finally {
      fleet.node.sh("rm -f " + stopping);
    }
    theWorkerIsAsItWas();
  }

  @Test
  @EnabledIfSystemProperty(named = "pullcord.full", matches = "true")
  void aServerThatIsFrozenIsRestarted() {
    assertThat(
            restarted(
                fleet.server,
                "pullcord-server.service",
                "systemctl kill --kill-whom=main --signal=STOP pullcord-server"))
        .contains("Watchdog timeout (limit 12s)!");
    fleet.saysOfNode("node-1 has been converged");
  }

  @Test
  void aServerWhoseStoreCannotBeWrittenIsRestartedAndSaysWhy() {
    String before = property(fleet.server, "pullcord-server", "MainPID");
    String since = cursor(fleet.server);
    fleet.server.sh(HOLDER);
    Eventually.within(LIMIT)
        .until(
            "it is killed",
            () -> journal(fleet.server, "pullcord-server", since),
            said -> said.contains("Watchdog timeout (limit 12s)!"));
    fleet.server.sh("systemctl stop holder");
    assertThat(journal(fleet.server, "pullcord-server", since))
        .contains("the store's writer does not answer");
    Eventually.within(LIMIT)
        .until(
            "it works",
            () -> property(fleet.server, "pullcord-server", "ActiveState"),
            "active"::equals);
    assertThat(property(fleet.server, "pullcord-server", "MainPID")).isNotEqualTo(before);
    fleet.saysOfNode("node-1 has been converged");
    theWorkerIsAsItWas();
  }

  @Test
  void aWrongConfigurationIsNotTriedForEver() {
    for (LabHost host : List.of(fleet.node, fleet.server)) {
      String name = host == fleet.node ? "agent" : "server";
      String unit = "pullcord-" + name + ".service";
      host.sh("printf 'nonsense: 1\\n' > /etc/pullcord/" + name + ".yaml");
      host.ask("systemctl", "restart", unit);
      Eventually.within(LIMIT)
          .until("it has failed", () -> property(host, unit, "ActiveState"), "failed"::equals);
      assertThat(property(host, unit, "ExecMainStatus")).isEqualTo("2");
      assertThat(property(host, unit, "NRestarts")).isEqualTo("0");
      assertThat(host.sh("journalctl --lines=20 --unit=" + unit)).contains("nonsense");
      host.sh("rm /etc/pullcord/" + name + ".yaml; systemctl restart " + unit);
    }
    theWorkerIsAsItWas();
  }

  @Test
  @EnabledIfSystemProperty(named = "pullcord.full", matches = "true")
  void aDaemonThatLostAThreadOrFilledItsHeapIsStartedAgain() throws IOException {
    for (LabHost host : List.of(fleet.node, fleet.server)) {
      String unit = host == fleet.node ? "pullcord-agent" : "pullcord-server";
      String thread = host == fleet.node ? "converge" : "store-writer";
      String conf = "/run/systemd/system/" + unit + ".service.d/zz-ends.conf";
      host.sh(
          "mkdir -p $(dirname "
              + conf
              + "); printf '[Service]\\nEnvironment=PULLCORD_JAVA_OPTS="
              + "-Dpullcord.fail-thread="
              + thread
              + "\\n' > "
              + conf
              + "; systemctl daemon-reload; systemctl restart --no-block "
              + unit);
      Eventually.within(LIMIT)
          .until(
              "ended with 70",
              () -> host.sh("journalctl --unit=" + unit),
              s -> s.contains("status=70"));
      host.sh(
          "printf '[Service]\\nEnvironment=\"PULLCORD_JAVA_OPTS=-Xms2m -Xmx4m\"\\n' > "
              + conf
              + "; systemctl daemon-reload");
      Eventually.within(LIMIT)
          .until(
              "ended with 3",
              () -> host.sh("journalctl --unit=" + unit),
              s -> s.contains("status=3/"));
      host.sh("rm " + conf + "; systemctl daemon-reload");
      Eventually.within(LIMIT)
          .until(
              "it works", () -> property(host, unit + ".service", "ActiveState"), "active"::equals);
    }
    theWorkerIsAsItWas();
  }

  @Test
  @EnabledIfSystemProperty(named = "pullcord.full", matches = "true")
  void whateverEndsTheAgentTouchesNoWorker() {
    for (String end :
        List.of(
            "systemctl restart pullcord-agent",
            "systemctl kill --signal=KILL --kill-whom=main pullcord-agent",
            "systemctl stop pullcord-agent; systemctl start pullcord-agent",
            "systemctl daemon-reload; systemctl try-restart pullcord-agent")) {
      restarted(fleet.node, "pullcord-agent.service", end);
      theWorkerIsAsItWas();
    }
    fleet.saysOfNode("node-1 has been converged");
  }
}

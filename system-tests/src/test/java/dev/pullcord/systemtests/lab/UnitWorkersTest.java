package dev.pullcord.systemtests.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.TempGitRemote;
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
import org.junit.jupiter.api.io.TempDir;

/** The life of one worker on one host, from the first push over a power cut to the next push. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UnitWorkersTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String WORKER =
      """
      trap 'echo $$ >> /var/tmp/terms; asked=1' TERM
      echo "$$ $PULLCORD_GENERATION" >> /var/tmp/starts
      while [ -z "$asked" ] || [ -e /var/tmp/linger ]; do sleep 0.1 & wait $!; done
      """;

  private final TempGitRemote remote;
  private final LabHost host;

  UnitWorkersTest(@TempDir Path temp) {
    remote = TempGitRemote.create(temp.resolve("git"));
    host = new LabHost(temp.resolve("host"), remote.bare());
  }

  @BeforeAll
  void firstPush() {
    push("one");
    host.begin();
    Eventually.within(LIMIT).until("it runs", host::units, running(1)::equals);
  }

  @AfterAll
  void down() {
    host.close();
  }

  private static List<String> running(long generation) {
    return List.of("pullcord-worker@" + generation + ".service running");
  }

  private void push(String task) {
    remote.push(
        Map.of(
            "pullcord.yaml",
            """
            version: 1
            bundles: {tasks: {paths: [bin/, task]}}
            check: [{run: [sh, bin/check], timeout: 60s}]
            workers: {grep: {kind: process, run: [sh, bin/worker], restart: overlap}}
            """,
            "bin/worker",
            WORKER,
            "bin/check",
            // The first one lives while the agent, just started, warms itself up beside it.
            task.equals("one") ? "sleep 3\n" : "true\n",
            "task",
            task),
        task);
  }

  private void awaitAgent() {
    Eventually.within(LIMIT)
        .until("the agent answers", host::status, said -> said.contains("host  converged"));
  }

  @Test
  @Order(1)
  void whateverEndsTheAgentTouchesNoWorker() {
    for (String end :
        List.of(
            "restart pullcord-agent", "kill --signal=KILL pullcord-agent", "stop pullcord-agent")) {
      host.sh("systemctl " + end + "; systemctl start pullcord-agent");
      awaitAgent();
      assertThat(host.units()).as(end).isEqualTo(running(1));
      assertThat(host.lines("/var/tmp/starts")).as(end).hasSize(1);
      assertThat(host.lines("/var/tmp/terms")).as(end).isEmpty();
    }
  }

  @Test
  @Order(2)
  void itsUserMayStartAndStopWorkersAndNothingElse() {
    String may = "runuser -u pullcord -- systemctl --no-ask-password ";
    host.sh(may + "stop pullcord-worker@0.service");
    for (String not :
        List.of(
            "stop pullcord-agent.service",
            "restart pullcord-worker@1.service",
            "kill pullcord-worker@1.service",
            "start pullcord-worker@1x.service",
            "daemon-reload")) {
      assertThat(host.ask("sh", "-c", may + not)).as(not).contains("authentication required");
    }
    assertThat(host.units()).isEqualTo(running(1));
  }

  @Test
  @Order(3)
  void theOldGenerationDrainsBesideTheNewOneAndIsAskedOnce() {
    host.sh("touch /var/tmp/linger");
    push("two");
    Eventually.within(LIMIT)
        .until(
            "both run",
            host::units,
            units ->
                units.equals(
                    List.of(
                        "pullcord-worker@1.service stop-sigterm",
                        "pullcord-worker@2.service running")));
    host.sh("systemctl kill --signal=KILL pullcord-agent");
    awaitAgent();
    host.sh("systemctl stop --no-block pullcord-worker@1.service");
    host.sh("rm /var/tmp/linger");

    Eventually.within(LIMIT).until("one ends", host::units, running(2)::equals);
    assertThat(host.lines("/var/tmp/terms")).hasSize(1);
    assertThat(host.lines("/var/tmp/starts")).hasSize(2);
    assertThat(host.sh("cat /var/lib/pullcord/generations/1/ended")).contains(" exited 0");
  }

  @Test
  @Order(4)
  void afterAPowerCutTheWorkerRunsAlsoWithoutTheAgentWhichThenTakesItOver() throws IOException {
    Eventually.within(LIMIT)
        .until(
            "noted",
            () -> host.lines("/var/lib/pullcord/workers-at-boot"),
            List.of("2 grep")::equals);
    host.sh("mv /usr/bin/pullcord-agent /usr/bin/away");
    host.losePower();

    host.boot();

    Eventually.within(LIMIT).until("it runs", host::units, running(2)::equals);
    assertThat(host.lines("/var/tmp/starts")).hasSize(3);
    host.sh("mv /usr/bin/away /usr/bin/pullcord-agent");
    host.sh("systemctl reset-failed pullcord-agent; systemctl restart pullcord-agent");
    awaitAgent();
    assertThat(host.units()).isEqualTo(running(2));
    assertThat(host.lines("/var/tmp/starts")).hasSize(3);
    assertThat(host.status()).contains("generation 2  ", "consuming");
  }

  @Test
  @Order(5)
  void aShutdownEndsTheWorkerInOrderAndABootStartsItOnce() {
    host.powerOff();

    host.boot();

    awaitAgent();
    assertThat(host.units()).isEqualTo(running(2));
    assertThat(host.lines("/var/tmp/terms")).hasSize(2);
    assertThat(host.lines("/var/tmp/starts")).hasSize(4);
  }

  @Test
  @Order(6)
  void whatCameBackIsReplacedByTheNextPush() {
    push("three");

    Eventually.within(LIMIT).until("replaced", host::units, running(3)::equals);
    assertThat(host.lines("/var/tmp/terms")).hasSize(3);
    awaitAgent();
    assertThat(host.lines("/var/lib/pullcord/workers-at-boot")).containsExactly("3 grep");
  }
}

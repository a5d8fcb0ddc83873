package dev.pullcord.systemtests.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A commit that tries what it should not be able to, on an installed node. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RepositoryCodeTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Each line of what it writes is a name and the exit code of the attempt. */
  private static final String ATTEMPTS =
      """
      state=/var/lib/pullcord
      agent=$(systemctl show --property=MainPID --value pullcord-agent)
      try() {
        name=$1
        shift
        ( set +x; "$@" ) > /dev/null 2>> /var/tmp/attempts-$who.errors
        echo "$name $?" >> /var/tmp/attempts-$who
      }
      write() { echo x >> "$1"; }
      speak() {
        python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])' "$1"
      }
      who=$1
      echo "user $(id -un)" > /var/tmp/attempts-$who
      try new-file-in-release write "$PULLCORD_RELEASE/new"
      try file-of-release write "$PULLCORD_RELEASE/task"
      try mode-of-release chmod u+w "$PULLCORD_RELEASE"
      try current ln -sfn /tmp $state/current
      try key cat $state/key.pem
      try journal cat $state/journal
      try decision cat $state/desired.json
      try spool ls $state/spool
      try list-of-generations ls $state/generations
      try environment-on-disk cat $state/generations/1/env
      try environment-handed-over grep -q . /run/pullcord-handover/1
      try environment-of-agent cat /proc/$agent/environ
      try environment-of-other cat "/proc/$(cat /var/tmp/other)/environ"
      try claim write $state/generations/1/started
      try status-in-place-of-link ln -sfn /tmp $state/generations/1/log
      try signal-to-agent kill -CONT $agent
      try control-socket speak $state/control.sock
      try commands-socket speak /run/pullcord-commands.sock
      try systemctl systemctl --no-ask-password stop pullcord-worker@1.service
      """;

  private static final String WORKER =
      """
      sh bin/attempts worker
      echo done >> /var/tmp/attempts-worker
      exec sleep infinity
      """;

  private static final String BUILD =
      """
      cd "$PULLCORD_BUILD"
      id -un > user
      mkdir -p deep/er
      printf '#!/bin/sh\\necho built\\n' > deep/er/program
      chmod 755 deep/er/program
      chmod u+s deep/er/program || true
      ln -s deep/er/program program
      ln -s /bin/sh shell
      """;

  private enum Attempt {
    NEW_FILE_IN_RELEASE,
    FILE_OF_RELEASE,
    MODE_OF_RELEASE,
    CURRENT,
    KEY,
    JOURNAL,
    DECISION,
    SPOOL,
    LIST_OF_GENERATIONS,
    ENVIRONMENT_ON_DISK,
    ENVIRONMENT_HANDED_OVER,
    ENVIRONMENT_OF_AGENT,
    ENVIRONMENT_OF_OTHER,
    CLAIM,
    STATUS_IN_PLACE_OF_LINK,
    SIGNAL_TO_AGENT,
    CONTROL_SOCKET,
    COMMANDS_SOCKET,
    SYSTEMCTL;

    String shown() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private final LabFleet fleet;
  private List<String> ofWorker = List.of();
  private List<String> ofCheck = List.of();

  RepositoryCodeTest(@TempDir Path temp) {
    fleet = new LabFleet(temp);
  }

  @BeforeAll
  void push() throws IOException {
    fleet.install();
    fleet.node.sh(
        "useradd --system other && systemd-run --uid=other --unit=other sleep infinity &&"
            + " systemctl show --property=MainPID --value other > /var/tmp/other");
    String said =
        fleet.push(
            Map.of(
                "pullcord.yaml",
                """
                version: 1
                bundles: {tasks: {paths: [bin/, task]}}
                prepare: [{run: [sh, bin/build], timeout: 30s}]
                check: [{run: [sh, bin/check], timeout: 30s}]
                workers: {grep: {kind: process, run: [sh, bin/worker]}}
                actions:
                  who: {run: [sh, -c, "id -un; pwd; sh bin/attempts action"]}
                  nap: {run: [sh, -c, "echo $$ > /var/tmp/nap; sleep 600"], timeout: 10m}
                """,
                "bin/worker",
                WORKER,
                "bin/check",
                "sh bin/attempts check; echo done >> /var/tmp/attempts-check; id -un\n",
                "bin/build",
                BUILD,
                "bin/attempts",
                ATTEMPTS,
                "task",
                "one"),
            "one");
    assertThat(said).contains("converged 1/1");
    ofWorker = attempts("worker");
    ofCheck = attempts("check");
  }

  private List<String> attempts(String who) {
    return Eventually.within(LIMIT)
        .until(
            "it has tried all",
            () -> fleet.node.lines("/var/tmp/attempts-" + who),
            lines -> lines.size() > Attempt.values().length + 1);
  }

  @AfterAll
  void down() {
    fleet.close();
  }

  @Test
  void itsWorkerRunsAsTheWorkersUserInTheReleaseThatItCanRead() {
    assertThat(ofWorker).contains("user pullcord-worker", "done");
  }

  @Test
  void theSameAttemptsSucceedForTheAgentsUser() {
    String as = "runuser -u pullcord -- sh -c 'cd /var/lib/pullcord && ";
    for (String may :
        List.of(
            "cat key.pem journal desired.json",
            "ls spool generations",
            "kill -CONT $(systemctl show --property=MainPID --value pullcord-agent)")) {
      assertThat(fleet.node.sh(as + may + "' && echo done")).as(may).endsWith("done\n");
    }
    Eventually.within(LIMIT)
        .until(
            "the socket answers",
            () ->
                fleet.node.ask(
                    "runuser",
                    "-u",
                    "pullcord",
                    "--",
                    "python3",
                    "-c",
                    "import socket; socket.socket(socket.AF_UNIX).connect("
                        + "'/var/lib/pullcord/control.sock'); print('connected')"),
            "connected\n"::equals);
  }

  @ParameterizedTest
  @EnumSource(Attempt.class)
  void aWorkerIsRefused(Attempt attempt) {
    assertRefused(ofWorker, attempt);
  }

  private static void assertRefused(List<String> attempts, Attempt attempt) {
    String line =
        attempts.stream().filter(l -> l.startsWith(attempt.shown() + " ")).findFirst().orElse("");
    assertThat(line).as(attempts.toString()).isNotEmpty().isNotEqualTo(attempt.shown() + " 0");
  }

  @ParameterizedTest
  @EnumSource(Attempt.class)
  void aCheckIsRefused(Attempt attempt) {
    assertThat(ofCheck).contains("user pullcord-worker", "done");
    assertRefused(ofCheck, attempt);
  }

  @Test
  void anActionRunsAsTheWorkersUserInTheActiveReleaseAndMayNoMoreThanAWorker() {
    String said = fleet.operator("pullcord run who node-1");

    assertThat(said)
        .contains("node-1 | pullcord-worker\n", "node-1 | /var/lib/pullcord/releases/", "ok 1/1");
    List<String> attempts = fleet.node.lines("/var/tmp/attempts-action");
    assertThat(attempts).hasSizeGreaterThan(Attempt.values().length);
    for (Attempt attempt : Attempt.values()) {
      assertRefused(attempts, attempt);
    }
  }

  /** Begins an action that lasts, and returns its pid. */
  private String nap() {
    fleet.node.sh("rm -f /var/tmp/nap");
    fleet.operator("(pullcord run nap node-1 > /dev/null 2>&1 &)");
    return Eventually.within(LIMIT)
        .until(
            "it has begun",
            () -> fleet.node.sh("cat /var/tmp/nap 2>/dev/null || true").strip(),
            text -> !text.isEmpty());
  }

  @Test
  void anActionThatIsCancelledIsKilledThoughItBelongsToTheOtherUser() {
    String pid = nap();
    String run = "pullcord runs -n 1 | tail -n 1 | cut -d ' ' -f 1";

    fleet.operator("pullcord runs cancel $(" + run + ")");

    assertThat(fleet.operator("pullcord runs show $(" + run + ") || true"))
        .contains("cancelled the run, and the node killed it");
    assertThat(fleet.node.sh("test -e /proc/" + pid + " || echo gone")).isEqualTo("gone\n");
  }

  @Test
  void whatWasBuiltAsTheWorkersUserBecomesTheAgents() {
    String build = "cd /var/lib/pullcord/current/.pullcord/build && ";
    assertThat(fleet.node.sh(build + "cat user && ./program && ./shell -c 'echo linked'"))
        .isEqualTo("pullcord-worker\nbuilt\nlinked\n");
    assertThat(fleet.node.sh(build + "find . ! -user pullcord; find . -perm /7022 ! -type l"))
        .isEmpty();
  }

  @Test
  void aBuildThatLinksToTheNodesKeyIsRefused() throws IOException {
    String said =
        fleet.push(
            Map.of("bin/build", "ln -s /var/lib/pullcord/key.pem $PULLCORD_BUILD/key\n"), "link");

    assertThat(said)
        .contains("the link key leads to /var/lib/pullcord/key.pem")
        .doesNotContain("after 2m");
    fleet.push(Map.of("bin/build", BUILD), "back");
  }

  @Test
  void aRunnerThatWasKilledComesBackByItself() throws IOException {
    fleet.node.sh("systemctl kill --signal=KILL pullcord-commands.service");

    assertThat(fleet.push(Map.of("task", "after the kill"), "again")).contains("converged 1/1");
  }

  @Test
  void anActionWhoseRunnerIsKilledEndsWithItAndItsEndIsUnknown() {
    String pid = nap();

    fleet.node.sh("systemctl kill --kill-who=main --signal=KILL pullcord-commands.service");

    String run = "pullcord runs -n 1 | tail -n 1 | cut -d ' ' -f 1";
    Eventually.within(LIMIT)
        .until(
            "its end is unknown",
            () -> fleet.operator("pullcord runs show $(" + run + ") || true"),
            text -> text.contains("its end is unknown"));
    Eventually.within(LIMIT)
        .until(
            "it has ended",
            () -> fleet.node.sh("test -e /proc/" + pid + " || echo gone"),
            text -> text.equals("gone\n"));
  }

  @Test
  void anOperatorKillsAWorkerOfTheOtherUser() {
    String generation =
        fleet.node.units().stream()
            .filter(u -> u.endsWith(" running"))
            .findFirst()
            .orElseThrow()
            .replaceAll("\\D", "");

    fleet.operator("pullcord worker kill node-1 " + generation + " --reason stuck");

    Eventually.within(LIMIT)
        .until(
            "another generation works",
            fleet.node::units,
            units ->
                units.stream()
                    .anyMatch(unit ->
                        unit.endsWith(" running") && !unit.contains("@" + generation + ".")));
  }

  @Test
  void whateverEndsTheAgentLeavesTheWorkersPid() {
    String pid = "systemctl show --property=MainPID --value 'pullcord-worker@*'";
    fleet.saysOfNode("converged");
    String before = fleet.node.sh(pid);
    for (String end : List.of("restart", "kill --signal=KILL")) {
      fleet.node.sh("systemctl " + end + " pullcord-agent");
      fleet.saysOfNode("converged");
    }
    assertThat(fleet.node.sh(pid)).isEqualTo(before).isNotEqualTo("0");
  }
}

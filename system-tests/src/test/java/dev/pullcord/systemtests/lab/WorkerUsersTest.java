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

/** Two workers of one node, one of which has a user of its own by {@code agent.yaml}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WorkerUsersTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private static final String MANIFEST =
      """
      version: 1
      bundles: {tasks: {paths: [bin/, task]}}
      check: [{run: [sh, bin/check], timeout: 60s}]
      workers:
        grep:
          kind: process
          run: [sh, bin/worker]
          env: {NAME: grep}
          health: {kind: command, run: [sh, bin/health], every: 20ms, times: 1, deadline: 60s}
        index: {kind: process, run: [sh, bin/worker], env: {NAME: index}}
      """;

  private static final String WITH_COMMANDS =
      MANIFEST
          + """
            batch:
              kind: command
              start: {run: [sh, bin/batch, start]}
              stop: {run: [sh, bin/batch, stop]}
              status: {run: [sh, bin/batch, status]}
          """;

  private static final String BATCH =
      """
      echo $1 by $(id -un) >> /var/tmp/batch
      case $1 in
        start) echo secret > $PULLCORD_STATE/is-up ;;
        stop) rm $PULLCORD_STATE/is-up ;;
        status) [ -f $PULLCORD_STATE/is-up ] || exit 3 ;;
      esac
      """;

  private static final String WORKER =
      """
      echo secret > $PULLCORD_STATE/secret
      echo $$ > /var/tmp/$NAME.pid
      sleep 100000 & trap 'kill $!; exit 0' TERM
      while :; do wait; done
      """;

  private final TempGitRemote remote;
  private final LabHost host;

  WorkerUsersTest(@TempDir Path temp) throws IOException {
    remote = TempGitRemote.create(temp.resolve("git"));
    host = new LabHost(temp.resolve("host"), remote.bare());
    host.put(
        "etc/pullcord/agent.yaml",
        "node: host\ngit: {url: \"file:///srv/fleet.git\", branch: main, poll: 1s}\n"
            + "users: {grep: greppers, batch: greppers}\n");
  }

  @BeforeAll
  void begin() throws IOException {
    push("one");
    host.begin();
  }

  private void push(String task) throws IOException {
    push(MANIFEST, task);
  }

  private void push(String manifest, String task) throws IOException {
    remote.push(
        Map.of(
            "pullcord.yaml",
            manifest,
            "bin/batch",
            BATCH,
            "bin/worker",
            WORKER,
            "bin/check",
            "id -un >> /var/tmp/checked-by-$NAME\nchmod a+w /var/tmp/checked-by-$NAME || true\n",
            "bin/health",
            "id -un > /var/tmp/health-by\n",
            "task",
            task),
        task);
  }

  @AfterAll
  void down() {
    host.close();
  }

  private void says(String what) {
    Eventually.within(LIMIT).until(what, host::status, said -> said.contains(what));
  }

  @Test
  @Order(1)
  void aUserWithoutUnitsIsNamedWithTheCommandThatMakesThem() {
    says("as root, /usr/lib/pullcord/pullcord-user add greppers");
    assertThat(host.units()).isEmpty();
  }

  @Test
  @Order(2)
  void eachWorkerAndItsCommandsRunAsItsOwnUser() {
    host.sh("/usr/lib/pullcord/pullcord-user add greppers");

    says("host  converged");
    assertThat(host.units())
        .hasSize(2)
        .anyMatch(unit -> unit.matches("pullcord-worker-greppers@\\d+\\.service running"))
        .anyMatch(unit -> unit.matches("pullcord-worker@\\d+\\.service running"));
    assertThat(userOf("grep")).isEqualTo("greppers");
    assertThat(userOf("index")).isEqualTo("pullcord-worker");
    assertThat(host.lines("/var/tmp/checked-by-grep")).contains("greppers");
    assertThat(host.lines("/var/tmp/checked-by-index")).contains("pullcord-worker");
    assertThat(host.lines("/var/tmp/health-by")).containsExactly("greppers");
  }

  private String userOf(String worker) {
    return host.sh("ps -o user:32= -p $(cat /var/tmp/" + worker + ".pid)").strip();
  }

  @Test
  @Order(3)
  void neitherReadsWhatIsTheOthersNorSignalsIt() {
    refused("greppers", "index", "/var/lib/pullcord-worker/index/secret");
    refused("pullcord-worker", "grep", "/var/lib/pullcord-worker-greppers/grep/secret");
    assertThat(host.sh("cat /var/lib/pullcord-worker-greppers/grep/secret")).contains("secret");
  }

  private void refused(String user, String other, String secret) {
    String pid = host.sh("cat /var/tmp/" + other + ".pid").strip();
    for (String line :
        List.of(
            "cat " + secret,
            "cat /proc/" + pid + "/environ",
            "cat /var/lib/pullcord/generations/*/env",
            "cat /run/pullcord-handover/*",
            "kill " + pid)) {
      assertThat(host.ask("runuser", "-u", user, "--", "sh", "-c", line + "; echo done with $?"))
          .as(line)
          .containsAnyOf("Permission denied", "Operation not permitted", "No such file")
          .doesNotContain("done with 0", "NAME=");
    }
  }

  @Test
  @Order(4)
  void bothComeBackAfterAPowerLossEvenWithoutTheAgent() throws IOException {
    host.sh("systemctl disable pullcord-agent");
    host.losePower();
    host.boot();

    Eventually.within(LIMIT)
        .until("both run", host::units, units -> units.size() == 2 && allRun(units));
    assertThat(userOf("grep")).isEqualTo("greppers");
    assertThat(userOf("index")).isEqualTo("pullcord-worker");
    host.sh("systemctl enable --now pullcord-agent");
    says("host  converged");
    assertThat(host.units()).hasSize(2);
  }

  private static boolean allRun(List<String> units) {
    return units.stream().allMatch(unit -> unit.endsWith(" running"));
  }

  @Test
  @Order(5)
  void aCommitHandsBothOver() throws IOException {
    List<String> before = host.units();
    push("two");

    Eventually.within(LIMIT)
        .until(
            "others run",
            host::units,
            units ->
                units.size() == 2 && allRun(units) && units.stream().noneMatch(before::contains));
    says("host  converged");
    assertThat(userOf("grep")).isEqualTo("greppers");
  }

  @Test
  @Order(6)
  void theCommandsOfAWorkerOfThatKindHaveItsUserToo() throws IOException {
    push(WITH_COMMANDS, "three");

    Eventually.within(LIMIT)
        .until(
            "it is up", () -> host.lines("/var/tmp/batch"), l -> l.contains("start by greppers"));
    says("host  converged");
    assertThat(host.lines("/var/tmp/batch")).noneMatch(line -> !line.endsWith(" by greppers"));
    refused("pullcord-worker", "grep", "/var/lib/pullcord-worker-greppers/batch/is-up");

    push("four");
    Eventually.within(LIMIT)
        .until("it ends", () -> host.lines("/var/tmp/batch"), l -> l.contains("stop by greppers"));
    says("host  converged");
  }

  @Test
  @Order(7)
  void theDoctorNamesTheirUnitsAndWhatIsWrongWithThem() {
    String copy = "/etc/systemd/system/pullcord-worker-greppers@.service";
    assertThat(host.ask("pullcord-agent", "doctor")).contains("and those of greppers");

    host.sh("sed -i s/^User=.*/User=nobody/ " + copy + " && systemctl daemon-reload");
    assertThat(host.ask("pullcord-agent", "doctor"))
        .contains("has another User= than greppers", "pullcord-user add greppers");

    host.sh("/usr/lib/pullcord/pullcord-user again");
    assertThat(host.ask("pullcord-agent", "doctor")).contains("and those of greppers");
  }
}

package dev.pullcord.agent.worker.kind.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.fake.FakeSystemd;
import dev.pullcord.agent.journal.JournalProbe;
import dev.pullcord.agent.rig.CrashPoint;
import dev.pullcord.agent.rig.Rig;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.read.ManifestParser;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A worker that is a unit which was on the node before. */
class UnitKindTest {
  private static final int MOST = 200;
  private static final String UNIT = "grep.service";

  @TempDir Path temp;
  private Rig rig;
  private FakeSystemd systemd;

  @BeforeEach
  void open() throws IOException {
    rig(temp);
  }

  private void rig(Path directory) throws IOException {
    rig = new Rig(Files.createDirectories(directory));
    systemd = rig.underSystemd();
    systemd.service(
        UNIT,
        """
        trap 'echo $$ >> %1$s/terms; exit 0' TERM
        echo "$$ $(cat %2$s/current/task)" >> %1$s/starts
        while :; do sleep 0.02 & wait $!; done
        """
            .formatted(rig.ledger, rig.home));
  }

  @AfterEach
  void close() throws IOException {
    rig.close();
  }

  private CommitId commit(String task) {
    return commit(task, "grep");
  }

  private CommitId commit(String task, String worker) {
    String yaml =
        """
        version: 1
        bundles: {all: {paths: [task]}}
        workers: {%s: {kind: systemd, unit: grep.service}}
        """
            .formatted(worker);
    Manifest manifest =
        ((ManifestResult.Valid) ManifestParser.parse(yaml.getBytes(StandardCharsets.UTF_8)))
            .manifest();
    return rig.source.commit(manifest, Map.of("task", task + "\n"));
  }

  private List<String> tasks() throws IOException {
    return rig.lines("starts").stream().map(line -> line.split(" ")[1]).toList();
  }

  private String proof() {
    return Objects.requireNonNull(rig.agent().status().workers().get("grep")).proof();
  }

  @Test
  void isStartedAndProvenByItsInvocation() throws IOException {
    PassResult first = rig.push(commit("one"));

    assertThat(first.state()).as(first.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(proof())
        .matches("grep.service MainPID [0-9]+, invocation \\S{36}; before it: never started");
    assertThat(rig.living()).hasSize(1);
    assertThat(rig.agent().transcript(1))
        .filteredOn(step -> step.kind() == StepRecord.Kind.START)
        .singleElement()
        .satisfies(step -> assertThat(step.output()).contains("journalctl -u grep.service"));
  }

  @Test
  void isRestartedForACommitThatAsksForIt() throws IOException {
    rig.push(commit("one"));
    String before = proof().replaceAll(".*invocation (\\S+);.*", "$1");

    rig.decisions.decide(commit("two"));
    PassResult second = rig.agent().runOnce();

    assertThat(second.state()).as(second.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(tasks()).containsExactly("one", "two");
    assertThat(rig.lines("terms")).hasSize(1);
    assertThat(proof()).endsWith("before it: " + before).doesNotContain("invocation " + before);
    assertThat(systemd.enabled(UNIT)).isTrue();
  }

  @Test
  void aWorkerThatGetsAnotherNameRunsItsUnitAfterwards() throws IOException {
    rig.push(commit("one"));

    rig.decisions.decide(commit("two", "search"));
    PassResult renamed = rig.agent().runOnce();
    rig.passUntil(NodeState.CONVERGED);

    assertThat(renamed.state()).as(renamed.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(tasks()).containsExactly("one", "two");
    assertThat(rig.living()).hasSize(1);
    assertThat(rig.agent().status().workers()).containsOnlyKeys("search");
  }

  @Test
  void oneThatRanBeforeIsStartedAnew() throws Exception {
    rig.home.toFile().mkdirs();
    systemd.systemctl("start", UNIT);
    rig.await(() -> !lines("starts").isEmpty());

    PassResult first = rig.push(commit("one"));

    assertThat(first.state()).as(first.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.lines("terms")).hasSize(1);
    assertThat(rig.living()).hasSize(1);
    assertThat(rig.lines("starts").getLast()).endsWith(" one");
  }

  private List<String> lines(String name) {
    try {
      return rig.lines(name);
    } catch (IOException e) {
      return List.of();
    }
  }

  @Test
  void isFoundAgainByTheNextAgent() throws IOException {
    rig.push(commit("one"));
    rig.end();

    assertThat(rig.pass().state()).isEqualTo(NodeState.CONVERGED);
    assertThat(tasks()).containsExactly("one");
  }

  @Test
  void oneThatDiedIsStartedAgain() throws IOException {
    rig.push(commit("one"));
    rig.kill(rig.living().getFirst());
    rig.clockForward(Duration.ofSeconds(1));

    assertThat(rig.pass().reason()).contains("worker grep exited 137");
    rig.clockForward(Duration.ofSeconds(2));
    PassResult up = rig.pass();
    assertThat(up.state()).as("it may die again").isEqualTo(NodeState.FAILED);
    assertThat(up.reason()).contains("is well once it has lived for 10 s");
    rig.clockForward(Duration.ofSeconds(10));
    assertThat(rig.pass().state()).isEqualTo(NodeState.CONVERGED);
    assertThat(tasks()).containsExactly("one", "one");
  }

  @Test
  void aUnitThatIsNotThereIsTheNodesFault() throws IOException {
    rig.close();
    rig = new Rig(Files.createDirectories(temp.resolve("bare")));
    rig.underSystemd();

    PassResult result = rig.push(commit("one"));

    assertThat(result.state()).isEqualTo(NodeState.FAILED);
    assertThat(result.reason()).contains("worker grep: systemd says of grep.service: not-found");
    assertThat(rig.history().quarantine()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "masked      | as root, systemctl unmask grep.service",
        "bad-setting | systemd-analyze verify grep.service names the line",
        "error       | systemd-analyze verify grep.service names the line"
      })
  void aUnitThatCannotBeLoadedIsTheNodesFaultAndTheCauseIsNamed(String load, String what)
      throws IOException {
    systemd.loads("grep.service", load);

    PassResult result = rig.push(commit("one"));

    assertThat(result.state()).isEqualTo(NodeState.FAILED);
    assertThat(result.reason())
        .contains("worker grep: systemd says of grep.service: " + load + "; " + what);
    assertThat(rig.history().quarantine()).isNull();
  }

  @Test
  void aBusThatIsDownIsTheNodesFaultAndNamed() throws IOException {
    systemd.losesItsBus();

    PassResult result = rig.push(commit("one"));

    assertThat(result.state()).isEqualTo(NodeState.FAILED);
    assertThat(result.reason())
        .contains("Failed to connect to bus", "systemctl status dbus", "again in 1 s");
    assertThat(rig.history().quarantine()).isNull();
  }

  @Test
  void aBusThatGoesDownUnderARunningUnitIsFailedAndNotConverged() throws IOException {
    CommitId one = commit("one");
    rig.push(one);
    systemd.losesItsBus();

    PassResult down = rig.pass();

    assertThat(down.state()).isEqualTo(NodeState.FAILED);
    assertThat(down.reason()).contains("Failed to connect to bus", "systemctl status dbus");
    assertThat(rig.agent().status().state()).isEqualTo(NodeState.FAILED);
    assertThat(rig.reports.made.getLast().status().state()).isEqualTo(NodeState.FAILED);

    PassResult pushed = rig.push(commit("two"));
    assertThat(pushed.state()).isEqualTo(NodeState.FAILED);
    assertThat(pushed.reason()).contains("Failed to connect to bus");
    assertThat(rig.history().quarantine()).isNull();

    systemd.findsItsBus();
    rig.clockForward(Duration.ofMinutes(2));
    assertThat(rig.push(one).state()).isEqualTo(NodeState.CONVERGED);
    assertThat(tasks()).as("the one that ran all along").containsExactly("one");
  }

  @Test
  void aNoteOfItsUnitThatIsNotUtf8IsNone() throws IOException {
    rig.push(commit("one"));
    Files.write(rig.home.resolve("generations/1/unit"), new byte[] {(byte) 0xff, '\n', '\n'});

    rig.clockForward(Duration.ofMinutes(2));
    rig.pass();
    rig.clockForward(Duration.ofMinutes(2));
    rig.pass();
    rig.clockForward(Duration.ofMinutes(2));

    assertThat(rig.pass().state()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.living()).hasSize(1);
  }

  @Test
  void anAgentThatStartsWhileTheBusIsDownStartsAndSaysSo() throws IOException {
    rig.push(commit("one"));
    rig.end();
    systemd.losesItsBus();

    assertThat(rig.pass().reason()).contains("Failed to connect to bus");

    systemd.findsItsBus();
    rig.clockForward(Duration.ofMinutes(2));
    assertThat(rig.pass().state()).isEqualTo(NodeState.CONVERGED);
    assertThat(tasks()).containsExactly("one");
  }

  @Test
  void aStopThatIsDeniedSaysWhatToAllow() throws IOException {
    rig.push(commit("one"));
    systemd.refuse("stop");

    PassResult result = rig.push(commit("two"));

    assertThat(result.state()).isEqualTo(NodeState.FAILED);
    assertThat(result.reason()).contains("polkit has to let the agent's user stop grep.service");
    assertThat(rig.living()).hasSize(1);
  }

  @Test
  void comesToTheSameEndWhereverTheAgentIsKilled() throws IOException {
    int step = Boolean.getBoolean("pullcord.full") ? 1 : 4;
    for (int n = 1; n < MOST; n += step) {
      rig.close();
      rig(temp.resolve("at-" + n));
      rig.push(commit("one"));
      rig.end();
      CommitId next = commit("two");
      CrashPoint point = new CrashPoint(n, true, rig.home.resolve("journal"));
      rig.probe = point;
      String at = crash(next);
      rig.probe = JournalProbe.NONE;
      PassResult result = rig.pass();
      for (int more = 0; more < 9 && result.state() != NodeState.CONVERGED; more++) {
        rig.clockForward(Duration.ofMinutes(2));
        result = rig.pass();
      }

      assertThat(result.state()).as("%s: %s", at, result).isEqualTo(NodeState.CONVERGED);
      assertThat(rig.living()).as(at).hasSize(1);
      assertThat(tasks()).as(at).startsWith("one", "two");
      assertThat(tasks().getLast()).as(at).isEqualTo("two");
      if (at.isEmpty()) {
        return;
      }
    }
    throw new AssertionError("more than " + MOST + " boundaries");
  }

  /** Empty when it came to the end of its pass. */
  private String crash(CommitId next) {
    try {
      rig.push(next);
      return "";
    } catch (CrashPoint.Crash crash) {
      return String.valueOf(crash.getMessage());
    } finally {
      rig.end();
    }
  }
}

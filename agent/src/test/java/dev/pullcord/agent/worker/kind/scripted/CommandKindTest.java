package dev.pullcord.agent.worker.kind.scripted;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.host.process.Detached;
import dev.pullcord.agent.journal.JournalProbe;
import dev.pullcord.agent.loop.BoundaryCrashes;
import dev.pullcord.agent.loop.ConvergingAgent;
import dev.pullcord.agent.rig.CrashPoint;
import dev.pullcord.agent.rig.Rig;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.read.ManifestParser;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.WorkerStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One node with a real daemon that real scripts start, stop and look at. Of the boundaries at which
 * the agent is killed every fourth, or all with {@code -Dpullcord.full=true}.
 */
class CommandKindTest {
  private static final int MOST = 200;

  /** Its pid and its generation are in the ledger, as a pidfile in /run would be. */
  private static final String INDEX =
      """
      #!/bin/sh
      # version 1
      pid=$LEDGER/pid
      alive() { grep -q '^State:.[^Z]' "/proc/$(cat "$pid" 2>/dev/null)/status" 2>/dev/null; }
      case $1 in
      start)
        echo "starting $PULLCORD_GENERATION"
        echo start >> "$LEDGER/calls"
        alive && exit 0
        nohup bin/daemon &
        echo $! > "$pid"
        echo "$PULLCORD_GENERATION" > "$LEDGER/generation"
        ;;
      stop)
        echo stop >> "$LEDGER/calls"
        alive || exit 0
        kill "$(cat "$pid")"
        while alive; do sleep 0.02; done
        ;;
      status)
        alive || exit 3
        echo "pullcord-generation $(cat "$LEDGER/generation")"
        ;;
      esac
      """;

  private static final String DAEMON =
      """
      #!/bin/sh
      trap 'echo $$ >> "$LEDGER/terms"; exit 0' TERM
      echo "$$ $PULLCORD_COMMIT" >> "$LEDGER/starts"
      echo "daemon begins"
      while :; do sleep 0.02 & wait $!; done
      """;

  @TempDir Path temp;
  private Rig rig;

  @BeforeEach
  void open() throws IOException {
    rig = new Rig(temp);
  }

  @AfterEach
  void close() throws IOException {
    rig.close();
  }

  @Test
  void aStatusThatNamesTheGenerationProvesIt() throws IOException {
    PassResult first = rig.push(commit(INDEX, "1"));

    assertThat(first.state()).as(first.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(first.reason()).doesNotContain("unproven");
    assertThat(proof()).isEqualTo("bin/index status printed pullcord-generation 1");
    assertThat(rig.living()).hasSize(1);
    assertThat(output(StepRecord.Kind.START)).contains("starting 1");
    rig.await(() -> log(1).contains("daemon begins"));
  }

  @Test
  void aStatusThatNamesNothingLeavesTheNodeConvergedAndUnproven() throws IOException {
    PassResult first = rig.push(commit(INDEX.replace("echo \"pullcord-gen", ": \"gen"), "1"));

    assertThat(first.state()).as(first.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(first.reason()).endsWith(" (unproven: index)");
    assertThat(proof())
        .isEqualTo("unproven: bin/index status exited 0 and printed no pullcord-generation 1");
  }

  @Test
  void anotherCommitStopsTheOldOneAndStartsTheNext() throws IOException {
    rig.push(commit(INDEX, "1"));
    long old = rig.living().getFirst();
    PassResult second = rig.push(commit(INDEX, "2"));

    assertThat(second.state()).as(second.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.lines("terms")).containsExactly("" + old);
    assertThat(rig.living()).hasSize(1).doesNotContain(old);
    assertThat(rig.lines("calls")).containsExactly("start", "stop", "start");
    assertThat(proof()).isEqualTo("bin/index status printed pullcord-generation 2");
  }

  @Test
  void anExitCodeOfStartProvesNothing() throws IOException {
    rig.push(commit(INDEX, "1"));
    PassResult bad =
        rig.push(
            rig.source.commit(
                manifest(", health: {kind: command, run: [\"true\"], deadline: 2s}"),
                files(INDEX.replace("nohup bin/daemon &", "nohup false &"), "2")));

    assertThat(bad.state()).isEqualTo(NodeState.ROLLED_BACK);
    assertThat(proof()).isEqualTo("bin/index status printed pullcord-generation 3");
    assertThat(rig.living()).hasSize(1);
  }

  @Test
  void aWorkerThatGetsAnotherNameRunsAfterwards() throws IOException {
    String unproven = INDEX.replace("echo \"pullcord-gen", ": \"gen");
    rig.push(commit(unproven, "1"));
    Manifest renamed = parsed(yaml("").replace("  index:\n", "  search:\n"));

    PassResult second = rig.push(rig.source.commit(renamed, files(unproven, "2")));

    assertThat(second.state()).as(second.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.lines("calls")).containsExactly("start", "stop", "start");
    assertThat(rig.living()).hasSize(1);
    assertThat(rig.agent().status().workers()).containsOnlyKeys("search");
  }

  @Test
  void aStartThatFailsIsTheReleasesFaultAndItsOutputIsShown() throws IOException {
    rig.push(commit(INDEX, "1"));
    PassResult bad =
        rig.push(commit(INDEX.replace("alive && exit 0", "echo no corpus; exit 7"), "2"));

    assertThat(bad.state()).isEqualTo(NodeState.ROLLED_BACK);
    assertThat(bad.reason()).contains("exited 7").contains("no corpus");
    assertThat(rig.living()).hasSize(1);
    assertThat(proof()).contains("printed pullcord-generation 3");
  }

  @Test
  void aStartThatTakesTooLongIsKilled() throws IOException {
    Map<String, String> files = files(INDEX.replace("alive && exit 0", "sleep 60"), "1");
    PassResult bad = rig.push(rig.source.commit(parsed(yaml("").replace("60s", "1s")), files));

    assertThat(bad.state()).isEqualTo(NodeState.FAILED);
    assertThat(bad.reason()).contains("bin/index start took longer than 1s and was killed");
  }

  @Test
  void aCommandThatIsMissingStopsNothing() throws IOException {
    rig.push(commit(INDEX, "1"));
    long old = rig.living().getFirst();
    Map<String, String> files = files(INDEX, "2");
    files.remove("bin/index");
    PassResult bad = rig.push(rig.source.commit(manifest(""), files));

    assertThat(bad.state()).isEqualTo(NodeState.ROLLED_BACK);
    assertThat(bad.reason()).contains("no program \"bin/index\"");
    assertThat(rig.living()).containsExactly(old);
  }

  @Test
  void aStatusThatCannotTellIsShownAndNothingIsStartedBesideIt() throws IOException {
    rig.push(
        commit(
            INDEX.replace(
                "alive || exit 3", "[ -e $LEDGER/ill ] && echo hm && exit 4\nalive || exit 3"),
            "1"));
    Files.writeString(rig.ledger.resolve("ill"), "");
    rig.await(() -> rig.pass().state() == NodeState.FAILED);

    assertThat(rig.agent().status().reason())
        .isEqualTo(
            "worker index is not known to run: bin/index status exited 4: hm (0, it runs, or 3, it"
                + " does not, is expected)");
    assertThat(rig.lines("calls")).containsExactly("start");
    Files.delete(rig.ledger.resolve("ill"));
    rig.await(() -> rig.pass().state() == NodeState.CONVERGED);
  }

  @Test
  void whatRanBeforePullcordIsStoppedAndReplaced() throws IOException {
    Path daemon = Files.writeString(temp.resolve("daemon"), DAEMON);
    Process before =
        Detached.start(
            new Detached.Spec(
                List.of("/bin/sh", daemon.toString()),
                temp,
                Map.of("LEDGER", rig.ledger.toString(), "PATH", "/usr/bin:/bin"),
                temp.resolve("claim"),
                temp.resolve("log")));
    rig.await(() -> Files.exists(rig.ledger.resolve("starts")));
    Files.writeString(rig.ledger.resolve("pid"), before.pid() + "\n");
    Files.writeString(rig.ledger.resolve("generation"), "");

    PassResult first = rig.push(commit(INDEX, "1"));

    assertThat(first.state()).as(first.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.lines("calls")).containsExactly("stop", "start");
    assertThat(proof()).isEqualTo("bin/index status printed pullcord-generation 1");
  }

  @Test
  void oneThatDiesIsStartedAgain() throws IOException {
    rig.push(commit(INDEX, "1"));
    rig.kill(rig.living().getFirst());
    rig.await(() -> {
      rig.clockForward(Duration.ofSeconds(2));
      return rig.pass().state() == NodeState.CONVERGED && proof().endsWith("generation 2");
    });
    assertThat(rig.living()).hasSize(1);
  }

  @Test
  void anAgentThatWasKilledWhileStartRunsWaitsForItAndRunsNoSecondOne() throws Exception {
    rig.push(commit(INDEX, "1"));
    String waits = "until [ -e \"$LEDGER/go\" ]; do sleep 0.02; done\n  nohup bin/daemon &";
    rig.decisions.decide(commit(INDEX.replace("nohup bin/daemon &", waits), "2"));
    ConvergingAgent killed = rig.agent();
    Thread pass =
        Thread.ofPlatform()
            .start(() -> {
              try {
                killed.onePass();
              } catch (RuntimeException e) {
                assertThat(e).as("its journal is closed, as after a kill").isNotNull();
              }
            });
    List<String> calls = List.of("start", "stop", "start");
    rig.await(() -> calls().equals(calls));
    rig.end();
    Thread later =
        Thread.ofPlatform()
            .start(() -> {
              for (int i = 0; i < 20; i++) {
                rig.pause();
              }
              touch("go");
            });

    PassResult after = rig.pass();

    assertThat(after.state()).as(after.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(proof()).isEqualTo("bin/index status printed pullcord-generation 2");
    assertThat(calls()).isEqualTo(calls);
    assertThat(rig.living()).hasSize(1);
    later.join();
    pass.join();
  }

  @Test
  void theStatusSaysWhichCommandRunsWhileThePassWaitsForIt() throws Exception {
    String waits = "until [ -e \"$LEDGER/go\" ]; do sleep 0.02; done\n  nohup bin/daemon &";
    rig.decisions.decide(commit(INDEX.replace("nohup bin/daemon &", waits), "1"));
    ConvergingAgent agent = rig.agent();
    Thread pass = Thread.ofPlatform().start(agent::onePass);

    rig.await(() -> calls().equals(List.of("start")));

    assertThat(agent.status().state()).isEqualTo(NodeState.APPLYING);
    assertThat(agent.status().reason()).isEqualTo("starting index");
    touch("go");
    pass.join();
    assertThat(agent.status().state()).isEqualTo(NodeState.CONVERGED);
  }

  private List<String> calls() {
    try {
      return rig.lines("calls");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void touch(String name) {
    try {
      Files.writeString(rig.ledger.resolve(name), "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void anAgentThatWasKilledAtAnyBoundaryLeavesOneDaemonWithOneSigterm() throws IOException {
    int step = Boolean.getBoolean("pullcord.full") ? 1 : 4;
    int n = 1;
    while (crashAt(n)) {
      n += step;
      assertThat(n).isLessThan(MOST);
    }
    assertThat(n).as("boundaries").isGreaterThan(15);
  }

  private boolean crashAt(int n) throws IOException {
    try (Rig one = new Rig(Files.createDirectories(temp.resolve("at-" + n)))) {
      rig = one;
      rig.push(commit(INDEX, "1"));
      rig.end();
      CommitId next = commit(INDEX, "2");
      CrashPoint point = new CrashPoint(n, true, rig.home.resolve("journal"));
      rig.probe = point;
      String at = "never";
      try {
        rig.push(next);
      } catch (CrashPoint.Crash crash) {
        at = String.valueOf(crash.getMessage());
        rig.end();
        point.losePower(rig.home.resolve("journal"));
      }
      rig.probe = JournalProbe.NONE;
      rig.await(() -> {
        PassResult result = rig.pass();
        rig.clockForward(Duration.ofSeconds(2));
        return result.state() == NodeState.CONVERGED;
      });
      BoundaryCrashes.inOrder(rig, next, at);
      Generation works =
          rig.history().generations().values().stream().reduce((a, b) -> b).orElseThrow();
      assertThat(proof())
          .as("ended %s", at)
          .isEqualTo("bin/index status printed pullcord-generation " + works.number());
      assertThat(rig.lines("starts")).as("started once each, ended %s", at).hasSize(2);
      return !at.equals("never");
    }
  }

  private CommitId commit(String index, String version) {
    return rig.source.commit(manifest(""), files(index, version));
  }

  private static Map<String, String> files(String index, String version) {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("bin/index", index.replace("# version 1", "# version " + version));
    files.put("bin/daemon", DAEMON);
    return files;
  }

  private Manifest manifest(String more) {
    return parsed(yaml(more));
  }

  private String yaml(String more) {
    return """
    version: 1
    bundles:
      code: {paths: [bin/]}
    workers:
      index:
        {kind: command, start: {run: [bin/index, start], timeout: 60s}, stop: [bin/index, stop],
         status: [bin/index, status], env: {LEDGER: "%s"}%s}
    """
        .formatted(rig.ledger, more);
  }

  private static Manifest parsed(String yaml) {
    return ((ManifestResult.Valid) ManifestParser.parse(yaml.getBytes(StandardCharsets.UTF_8)))
        .manifest();
  }

  private String log(long generation) {
    try {
      return Files.readString(rig.home.resolve("generations/" + generation + "/log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String output(StepRecord.Kind kind) {
    return rig.agent().transcript(10).stream()
        .filter(step -> step.kind() == kind)
        .map(StepRecord::output)
        .reduce("", String::concat);
  }

  private String proof() {
    WorkerStatus worker = rig.agent().status().workers().get("index");
    return Objects.requireNonNull(worker).proof();
  }
}

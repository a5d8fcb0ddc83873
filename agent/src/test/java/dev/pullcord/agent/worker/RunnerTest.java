package dev.pullcord.agent.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.fake.FakeSystemd;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.GenerationEntry;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.host.process.Processes;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.journal.JournalProbe;
import dev.pullcord.agent.rig.CrashPoint;
import dev.pullcord.agent.rig.Rig;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.agent.worker.systemd.ServiceManager;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What every runner must hold, and what is special about units. {@code systemd} is a fake here; the
 * real one is in the lab of the system tests.
 */
class RunnerTest {
  @TempDir Path temp;

  private Rig rig(WorkerSpec.Runner runner) throws IOException {
    Rig rig = new Rig(temp);
    rig.underSystemd();
    rig.runner = runner;
    return rig;
  }

  private static Generation only(Rig rig) throws IOException {
    return rig.history().generations().values().iterator().next();
  }

  @ParameterizedTest
  @EnumSource(WorkerSpec.Runner.class)
  void aWorkerOutlivesItsAgentAndIsFoundAgain(WorkerSpec.Runner runner) throws IOException {
    try (Rig rig = rig(runner)) {
      assertThat(rig.push(rig.first()).state()).isEqualTo(NodeState.CONVERGED);
      assertThat(only(rig).runner()).isEqualTo(new RunnerName(runner.name()));
      long pid = rig.living().getFirst();

      rig.end();

      assertThat(rig.pass().state()).isEqualTo(NodeState.CONVERGED);
      assertThat(rig.living()).containsExactly(pid);
      assertThat(rig.lines("starts")).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource(WorkerSpec.Runner.class)
  void aWorkerSeesItsEnvironmentAndNothingElse(WorkerSpec.Runner runner) throws IOException {
    try (Rig rig = rig(runner)) {
      CommitId commit =
          rig.source.commit(
              rig.manifest(
                  Map.of("ODD", "it's \"$HOME\"\n`two` lines\\"),
                  Rig.READY,
                  Duration.ofSeconds(20)),
              with(rig, "env > \"$LEDGER/env\"\npwd -P > \"$LEDGER/where\"\necho said\n"));

      assertThat(rig.push(commit).state()).isEqualTo(NodeState.CONVERGED);

      assertThat(String.join("\n", rig.lines("env")))
          .contains("ODD=it's \"$HOME\"\n`two` lines\\", "PULLCORD_COMMIT=" + commit.value())
          .doesNotContain("INVOCATION_ID", "JAVA_HOME");
      assertThat(rig.lines("where")).containsExactly(rig.current().toString());
      assertThat(rig.home.resolve("generations/1/log")).hasContent("said");
    }
  }

  private static Map<String, String> with(Rig rig, String line) {
    Map<String, String> files = rig.files();
    files.put(
        "bin/worker",
        Rig.WORKER.replaceFirst("\n", "\n" + line.replace("\\", "\\\\").replace("$", "\\$")));
    return files;
  }

  @ParameterizedTest
  @EnumSource(WorkerSpec.Runner.class)
  void asksOnceAlsoWhenTheAgentIsKilledBetween(WorkerSpec.Runner runner) throws IOException {
    try (Rig rig = rig(runner)) {
      rig.push(rig.commit("bin/worker", Rig.SLOW));
      rig.end();
      CommitId next = rig.commit(Map.of("bin/worker", Rig.SLOW, "tasks/task", "better\n"));
      rig.probe = killedBeforeTermSent();
      try {
        rig.push(next);
      } catch (CrashPoint.Crash expected) {
        rig.end();
      }
      rig.probe = JournalProbe.NONE;

      PassResult result = rig.pass();

      assertThat(result.state()).isEqualTo(NodeState.CONVERGED);
      assertThat(rig.lines("terms")).hasSize(1);
      assertThat(rig.living()).hasSize(1);
    }
  }

  private static JournalProbe killedBeforeTermSent() {
    return new JournalProbe() {
      @Override
      public void before(Boundary boundary) {
        if (boundary.entry().equals("TermSent")) {
          throw new CrashPoint.Crash(boundary.entry());
        }
      }
    };
  }

  @ParameterizedTest
  @EnumSource(WorkerSpec.Runner.class)
  void seesHowAWorkerEnded(WorkerSpec.Runner runner) throws IOException {
    try (Rig rig = rig(runner)) {
      rig.push(rig.first());
      rig.kill(rig.living().getFirst());

      PassResult result = rig.pass();

      assertThat(result.reason()).contains("worker grep exited 137");
    }
  }

  @ParameterizedTest
  @EnumSource(WorkerSpec.Runner.class)
  void blamesTheReleaseForAWorkerThatEndsAtOnce(WorkerSpec.Runner runner) throws IOException {
    try (Rig rig = rig(runner)) {
      PassResult result = rig.push(rig.commit("bin/worker", "#!/bin/sh\necho no\nexit 7\n"));

      assertThat(result.reason()).contains("worker grep exited 7: no");
      assertThat(rig.history().quarantine()).isNotNull();
    }
  }

  @Test
  void workersAreUnitsByDefaultWhereTheAgentIsOne() throws IOException {
    try (Rig rig = new Rig(temp)) {
      FakeSystemd systemd = rig.underSystemd();
      rig.push(rig.first());

      assertThat(only(rig).runner()).isEqualTo(RunnerName.SYSTEMD);
      assertThat(systemd.asked()).contains("start pullcord-worker@1.service");
    }
  }

  @Test
  void workersAreItsChildrenWhereTheTemplateIsMissing() throws IOException {
    try (Rig rig = new Rig(temp)) {
      rig.underSystemd().notInstalled();
      rig.push(rig.first());

      assertThat(only(rig).runner()).isEqualTo(RunnerName.PROCESS);
    }
  }

  @Test
  void aMissingTemplateIsFoundBeforeAnythingEnds() throws IOException {
    try (Rig rig = new Rig(temp)) {
      rig.underSystemd().notInstalled();
      rig.push(rig.first());
      long pid = rig.living().getFirst();
      rig.runner = WorkerSpec.Runner.SYSTEMD;

      PassResult result = rig.push(rig.first());

      assertThat(result.state()).isEqualTo(NodeState.FAILED);
      assertThat(result.reason())
          .contains("worker grep: runner: systemd: systemd knows no unit pullcord-worker@.service");
      assertThat(rig.living()).containsExactly(pid);
      assertThat(rig.history().quarantine()).isNull();
    }
  }

  @Test
  void aStartThatIsDeniedIsTheNodesFault() throws IOException {
    try (Rig rig = new Rig(temp)) {
      FakeSystemd systemd = rig.underSystemd();
      systemd.refuse("start");

      PassResult result = rig.push(rig.first());

      assertThat(result.state()).isEqualTo(NodeState.FAILED);
      assertThat(result.reason())
          .contains("systemctl start --no-block pullcord-worker@1.service: ", "Access denied");
      assertThat(rig.history().quarantine()).isNull();
      assertThat(rig.history().generations()).isEmpty();
      systemd.allow("start");
      rig.clockForward(Duration.ofMinutes(2));
      assertThat(rig.pass().state()).isEqualTo(NodeState.CONVERGED);
      assertThat(rig.lines("starts")).hasSize(1);
    }
  }

  @Test
  void aStopThatIsDeniedIsTriedAgainAndDoneOnce() throws IOException {
    try (Rig rig = new Rig(temp)) {
      FakeSystemd systemd = rig.underSystemd();
      rig.push(rig.commit("bin/worker", Rig.SLOW));
      systemd.refuse("stop");
      CommitId next = rig.commit(Map.of("bin/worker", Rig.SLOW, "tasks/task", "better\n"));

      assertThat(rig.push(next).state()).isEqualTo(NodeState.FAILED);
      assertThat(rig.lines("terms")).isEmpty();

      systemd.allow("stop");
      rig.clockForward(Duration.ofMinutes(2));
      assertThat(rig.pass().state()).isEqualTo(NodeState.CONVERGED);
      assertThat(rig.lines("terms")).hasSize(1);
    }
  }

  @Test
  void theEnvironmentOfAUnitGoesWithIt() throws IOException {
    try (Rig rig = new Rig(temp)) {
      rig.underSystemd();
      rig.push(rig.first());
      Path env = rig.home.resolve("generations/1/env");
      assertThat(Files.getPosixFilePermissions(env)).hasSize(2);

      rig.push(rig.commit("tasks/task", "better\n"));
      rig.pass();

      assertThat(env).doesNotExist();
      assertThat(rig.home.resolve("generations/2/env")).exists();
    }
  }

  @Test
  void aUnitThatSomebodyStopsIsReplacedAtOnceAndThatIsSaid() throws Exception {
    try (Rig rig = new Rig(temp)) {
      FakeSystemd systemd = rig.underSystemd();
      rig.restart = WorkerSpec.Restart.OVERLAP;
      rig.push(rig.first());
      long busy = rig.living().getFirst();
      Files.createFile(rig.ledger.resolve("linger"));
      rig.clockForward(Duration.ofMinutes(1));

      systemd.systemctl("stop", "pullcord-worker@1.service");
      PassResult result = rig.pass();

      assertThat(result.state()).as(result.reason()).isEqualTo(NodeState.CONVERGED);
      assertThat(result.reason())
          .contains("someone stopped pullcord-worker@1.service; started generation 2");
      assertThat(rig.living()).hasSize(2).contains(busy);
      assertThat(rig.history().generations().values())
          .filteredOn(Generation::askedToEnd)
          .extracting(Generation::number)
          .containsExactly(1L);
      Files.delete(rig.ledger.resolve("linger"));
      rig.await(() -> Processes.find(busy).isEmpty());
      rig.pass();
      assertThat(rig.lines("terms")).hasSize(1);
      assertThat(rig.history().generations()).containsOnlyKeys(2L);
    }
  }

  @Test
  void aStopStartWorkerThatSomebodyStopsIsReplacedWhenItHasEnded() throws Exception {
    try (Rig rig = new Rig(temp)) {
      FakeSystemd systemd = rig.underSystemd();
      rig.push(rig.first());
      long busy = rig.living().getFirst();
      Files.createFile(rig.ledger.resolve("linger"));
      rig.clockForward(Duration.ofMinutes(1));

      systemd.systemctl("stop", "pullcord-worker@1.service");
      PassResult draining = rig.passInterruptedBy("terms");

      assertThat(draining.state()).isEqualTo(NodeState.APPLYING);
      assertThat(draining.reason()).startsWith("draining pid " + busy + " since ");
      assertThat(rig.lines("starts")).hasSize(1);
      Files.delete(rig.ledger.resolve("linger"));
      assertThat(rig.agent().runOnce().reason()).contains("started generation 2");
      assertThat(rig.lines("terms")).hasSize(1);
    }
  }

  @Test
  void aUnitThatIsStoppedAgainAndAgainIsStartedAgainAfterAWhile() throws Exception {
    try (Rig rig = new Rig(temp)) {
      FakeSystemd systemd = rig.underSystemd();
      rig.push(rig.first());

      systemd.systemctl("stop", "pullcord-worker@1.service");
      rig.await(() -> {
        rig.pass();
        return rig.agent().status().state() == NodeState.FAILED;
      });

      assertThat(rig.agent().status().reason())
          .contains("someone stopped pullcord-worker@1.service", "again in 1 s");
      assertThat(rig.lines("starts")).hasSize(1);
    }
  }

  @Test
  void aUnitThatRunsAndNeverBeginsIsStoppedWaitedForAndShown() throws Exception {
    try (Rig rig = new Rig(temp)) {
      FakeSystemd systemd = rig.underSystemd();
      systemd.hangs();
      rig.decisions.decide(rig.first());

      PassResult result = passWhoseStartTakes(rig, Duration.ofSeconds(11));

      assertThat(result.state()).isEqualTo(NodeState.FAILED);
      assertThat(result.reason())
          .contains("pullcord-worker@1.service did not begin within 10 s", "was asked to end");
      assertThat(systemd.asked()).contains("stop pullcord-worker@1.service");
      rig.clockForward(Duration.ofMinutes(2));
      rig.await(() -> rig.pass().state() == NodeState.CONVERGED);
      assertThat(rig.history().generations()).containsOnlyKeys(2L);
      assertThat(systemd.asked().stream().filter(line -> line.startsWith("start "))).hasSize(2);
      Files.writeString(rig.home.resolve("generations/1/ended"), "noted by nobody else\n");
    }
  }

  private static PassResult passWhoseStartTakes(Rig rig, Duration time) {
    Thread leap =
        Thread.ofPlatform()
            .start(() -> {
              rig.await(() -> Files.exists(rig.home.resolve("generations/1/run")));
              rig.clockForward(time);
            });
    PassResult result = rig.pass();
    leap.interrupt();
    return result;
  }

  /** A sandbox shows the agent another boot id than before, or than its units see. */
  @ParameterizedTest
  @EnumSource(WorkerSpec.Runner.class)
  void aWorkerIsFoundAgainAlsoWhenTheBootHasAnotherName(WorkerSpec.Runner runner)
      throws IOException {
    try (Rig rig = rig(runner)) {
      rig.push(rig.first());
      long pid = rig.living().getFirst();
      rig.end();
      renameTheBoot(rig);

      PassResult result = rig.pass();

      assertThat(result.state()).as(result.reason()).isEqualTo(NodeState.CONVERGED);
      assertThat(rig.living()).containsExactly(pid);
      assertThat(rig.lines("starts")).hasSize(1);
      assertThat(only(rig).boot()).isEqualTo(Processes.bootId());
    }
  }

  private static void renameTheBoot(Rig rig) throws IOException {
    Generation generation = only(rig);
    try (StateDirectory directory = StateDirectory.open(rig.home)) {
      Journal journal = Journal.open(directory, JournalProbe.NONE);
      journal.append(
          new GenerationEntry.Revived(
              1, "another name", generation.process(), generation.startedAt()));
      journal.close();
    }
    assertThat(only(rig).boot()).isEqualTo("another name");
  }

  @Test
  void aMaskedTemplateIsNamedAsSuch() throws IOException {
    try (Rig rig = rig(WorkerSpec.Runner.SYSTEMD)) {
      rig.underSystemd().masked();

      PassResult result = rig.push(rig.first());

      assertThat(result.reason())
          .contains("pullcord-worker@.service is masked", "systemctl unmask")
          .doesNotContain("knows no unit");
    }
  }

  @Test
  void aTemplateThatIsMaskedOrGoneIsNotGoneAroundByTheDefault() throws IOException {
    try (Rig rig = new Rig(temp)) {
      FakeSystemd systemd = rig.underSystemd();
      systemd.masked();
      assertThat(rig.push(rig.first()).reason()).contains("pullcord-worker@.service is masked");
      systemd.unmasked();
      rig.clockForward(Duration.ofMinutes(2));
      assertThat(rig.pass().state()).isEqualTo(NodeState.CONVERGED);

      systemd.notInstalled();
      rig.kill(rig.living().getFirst());
      rig.pass();
      rig.clockForward(Duration.ofMinutes(2));

      assertThat(rig.pass().reason()).contains("systemd knows no unit pullcord-worker@.service");
      assertThat(rig.living()).isEmpty();
    }
  }

  @Test
  void aRefusalOfPolkitNamesTheActionAndTheFile() throws IOException {
    try (Rig rig = rig(WorkerSpec.Runner.SYSTEMD)) {
      rig.underSystemd().refuse("start");

      PassResult result = rig.push(rig.first());

      assertThat(result.reason())
          .contains(
              "Access denied",
              "org.freedesktop.systemd1.manage-units",
              "/etc/polkit-1/rules.d/50-pullcord.rules")
          .doesNotContain("system logs");
    }
  }

  @Test
  void aHostWithoutSystemctlIsNamedAsSuch() throws IOException {
    try (Rig rig = rig(WorkerSpec.Runner.SYSTEMD)) {
      rig.services = new ServiceManager(temp.resolve("none").toString(), true);

      assertThat(rig.push(rig.first()).reason()).contains("there is no systemctl on this host");
    }
  }
}

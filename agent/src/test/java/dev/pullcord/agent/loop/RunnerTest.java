package dev.pullcord.agent.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.fake.FakeSystemd;
import dev.pullcord.agent.journal.Generation;
import dev.pullcord.agent.journal.JournalProbe;
import dev.pullcord.agent.journal.RunnerName;
import dev.pullcord.agent.pass.PassResult;
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
      assertThat(only(rig).runner()).isEqualTo(RunnerName.valueOf(runner.name()));
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
}

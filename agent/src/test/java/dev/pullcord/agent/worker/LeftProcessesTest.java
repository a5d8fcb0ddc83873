package dev.pullcord.agent.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.envfile.EnvFilePolicy;
import dev.pullcord.agent.envfile.EnvFiles;
import dev.pullcord.agent.fake.FakeClock;
import dev.pullcord.agent.fake.FakeRunner;
import dev.pullcord.agent.fake.Samples;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.host.process.Processes;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.journal.JournalProbe;
import dev.pullcord.agent.rights.Rights;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.protocol.id.NodeName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that the agent may not signal, such as those of another user. */
class LeftProcessesTest {
  @TempDir Path temp;
  private final FakeClock clock = new FakeClock();
  private final FakeRunner runner = new FakeRunner();
  private final Generation generation = Samples.intended(1, 1, "a", false);
  private int noted;
  private StateDirectory directory;
  private Journal journal;
  private LeftProcesses asking;
  private Process refusing;

  @BeforeEach
  void open() throws IOException {
    directory = StateDirectory.open(temp.resolve("state"));
    journal =
        Journal.open(
            directory,
            new JournalProbe() {
              @Override
              public void after(Boundary boundary) {
                noted += boundary.entry().equals("RestIntent") ? 1 : 0;
              }
            });
    Runners runners =
        new Runners(Map.of(RunnerName.PROCESS, runner, RunnerName.SYSTEMD, runner), false);
    EnvFiles envFiles = new EnvFiles(directory, EnvFilePolicy.NOTHING, new Masks());
    Places places = new Places(directory, new NodeName("sea-01"), envFiles, journal, Rights.same());
    WorkerWords words = new WorkerWords(runners, places);
    asking = new LeftProcesses(directory, journal, clock, runners, words, Rights.same());
    leave();
  }

  @AfterEach
  void close() throws IOException {
    end();
    journal.close();
    directory.close();
  }

  private void leave() throws IOException {
    refusing = new ProcessBuilder("sleep", "600").start();
    runner.left.add(Processes.find(refusing.pid()).orElseThrow());
  }

  private void end() {
    refusing.destroyForcibly();
    refusing.onExit().join();
    runner.left.clear();
  }

  @Test
  void oneThatMayNotBeAskedIsAskedMoreAndMoreSeldomAndIsJournaledOnce() {
    List<Integer> minutes = new ArrayList<>();
    for (int minute = 0; minute < 300; minute++) {
      int before = runner.refusals;
      asking.terminate(generation);
      if (runner.refusals > before) {
        minutes.add(minute);
      }
      clock.manual().advance(Duration.ofMinutes(1));
    }

    assertThat(minutes).containsExactly(0, 1, 3, 7, 15, 31, 63, 123, 183, 243);
    assertThat(noted).isEqualTo(1);
  }

  @Test
  void anotherOneIsAskedAtOnceAndJournaledToo() throws IOException {
    asking.terminate(generation);
    end();
    leave();

    asking.terminate(generation);

    assertThat(runner.refusals).isEqualTo(2);
    assertThat(noted).isEqualTo(2);
  }
}

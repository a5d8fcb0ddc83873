package dev.pullcord.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandRunnerTest {
  @TempDir Path temp;

  private CommandResult sh(String script, Duration timeout) {
    return run(List.of("/bin/sh", "-c", script), timeout);
  }

  private CommandResult run(List<String> argv, Duration timeout) {
    Command command = new Command(argv, temp, Map.of("PATH", "/usr/bin:/bin", "A", "b"), timeout);
    return new CommandRunner(temp, HostClock.system()).run(command, () -> false);
  }

  @Test
  void keepsBothStreamsInOrderAndTheExitCode() {
    CommandResult result = sh("echo one; echo two >&2; echo three; exit 3", Duration.ofSeconds(5));

    assertThat(result.end()).isEqualTo(CommandResult.End.EXITED);
    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.succeeded()).isFalse();
    assertThat(result.output()).isEqualTo("one\ntwo\nthree\n");
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void givesExactlyTheEnvironmentThatItWasGiven() {
    CommandResult result = run(List.of("/usr/bin/env"), Duration.ofSeconds(5));

    assertThat(result.output().lines()).containsExactlyInAnyOrder("PATH=/usr/bin:/bin", "A=b");
  }

  @Test
  void argumentsAreNeverReadByAShell() {
    CommandResult result = run(List.of("/bin/echo", "$(id)", "*", "a  b"), Duration.ofSeconds(5));

    assertThat(result.output()).isEqualTo("$(id) * a  b\n");
  }

  @Test
  void keepsTheEndOfALongOutput() {
    CommandResult result =
        sh(
            "i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done",
            Duration.ofSeconds(30));

    assertThat(result.output()).hasSize(StepRecord.OUTPUT_LIMIT_BYTES).endsWith("line 19999\n");
  }

  @Test
  void killsTheWholeTreeAtTheTimeLimit() throws IOException {
    CommandResult result =
        sh(
            "sleep 60 & echo $! > pids; (sleep 60 & echo $! >> pids; wait) & wait",
            Duration.ofMillis(400));

    assertThat(result.end()).isEqualTo(CommandResult.End.TIMED_OUT);
    assertThat(result.exitCode()).isNull();
    List<String> pids = Files.readAllLines(temp.resolve("pids"));
    assertThat(pids).isNotEmpty();
    for (String pid : pids) {
      ProcessHandle.of(Long.parseLong(pid)).ifPresent(p -> p.onExit().join());
      assertThat(Processes.find(Long.parseLong(pid))).as("pid %s", pid).isEmpty();
    }
  }

  @Test
  void isNotHeldUpByAGrandchildThatKeepsTheOutputOpen() throws IOException {
    CommandResult result = sh("sleep 30 & echo $! > pid; echo done", Duration.ofSeconds(20));

    assertThat(result.output()).isEqualTo("done\n");
    assertThat(result.tookMillis()).isLessThan(15_000);
    long pid = Long.parseLong(Files.readString(temp.resolve("pid")).strip());
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void endsWhenNobodyWantsItAnyMore() {
    AtomicInteger looks = new AtomicInteger();
    Command command =
        new Command(
            List.of("/bin/sleep", "60"), temp, Map.of("PATH", "/bin"), Duration.ofSeconds(60));

    CommandResult result =
        new CommandRunner(temp, HostClock.system()).run(command, () -> looks.incrementAndGet() > 2);

    assertThat(result.end()).isEqualTo(CommandResult.End.CANCELLED);
  }

  @Test
  void saysWhatTheHostSaysWhenItCannotBeStarted() {
    CommandResult result = run(List.of("/no/such/program"), Duration.ofSeconds(1));

    assertThat(result.end()).isEqualTo(CommandResult.End.NOT_STARTED);
    assertThat(result.output()).contains("/no/such/program");
  }

  @Test
  void showsWhatACommandHasWrittenSoFar() {
    CommandRunner runner = new CommandRunner(temp, HostClock.system());
    Command command =
        new Command(
            List.of("/bin/sh", "-c", "echo first; echo last; sleep 60"),
            temp,
            Map.of("PATH", "/usr/bin:/bin"),
            Duration.ofSeconds(60));

    CommandResult result = runner.run(command, () -> runner.outputSoFar(5).equals("last\n"));

    assertThat(result.end()).isEqualTo(CommandResult.End.CANCELLED);
    assertThat(runner.outputSoFar(5)).isEmpty();
  }
}

package dev.pullcord.agent.host.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.process.Processes;
import dev.pullcord.agent.rig.LeapingClock;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandRunnerTest {
  private static final Map<String, String> PATH = Map.of("PATH", "/usr/bin:/bin");

  @TempDir Path temp;

  private CommandResult sh(String script, Duration timeout) {
    return run(List.of("/bin/sh", "-c", script), timeout);
  }

  /** Its limit comes at that moment, however long the machine takes to come there. */
  private CommandResult overAt(BooleanSupplier moment, Command command) {
    LeapingClock clock = new LeapingClock();
    BooleanSupplier leaps =
        () -> {
          if (moment.getAsBoolean()) {
            clock.forward(command.timeout());
          }
          return false;
        };
    return new LocalCommands(temp, clock).run(command, leaps);
  }

  private BooleanSupplier lines(String file, int count) {
    return () -> {
      try {
        Path path = temp.resolve(file);
        return Files.exists(path) && Files.readAllLines(path).size() >= count;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  private CommandResult run(List<String> argv, Duration timeout) {
    Command command = new Command(argv, temp, Map.of("PATH", "/usr/bin:/bin", "A", "b"), timeout);
    return new LocalCommands(temp, HostClock.system()).run(command, () -> false);
  }

  @Test
  void keepsBothStreamsInOrderAndTheExitCode() {
    CommandResult result = sh("echo one; echo two >&2; echo three; exit 3", Duration.ofSeconds(60));

    assertThat(result.end()).isEqualTo(CommandResult.End.EXITED);
    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.succeeded()).isFalse();
    assertThat(result.output()).isEqualTo("one\ntwo\nthree\n");
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void givesExactlyTheEnvironmentThatItWasGiven() {
    CommandResult result = run(List.of("/usr/bin/env"), Duration.ofSeconds(60));

    assertThat(result.output().lines())
        .hasSize(3)
        .contains("PATH=/usr/bin:/bin", "A=b")
        .anyMatch(line -> line.matches("PULLCORD_RUN=[0-9a-f-]{36}"));
  }

  @Test
  void argumentsAreNeverReadByAShell() {
    CommandResult result = run(List.of("/bin/echo", "$(id)", "*", "a  b"), Duration.ofSeconds(60));

    assertThat(result.output()).isEqualTo("$(id) * a  b\n");
  }

  @Test
  void keepsTheEndOfALongOutput() {
    CommandResult result =
        sh(
            "i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done",
            Duration.ofSeconds(60));

    assertThat(result.output()).hasSize(StepRecord.OUTPUT_LIMIT_BYTES).endsWith("line 19999\n");
  }

  @Test
  void anOutputThatCannotBeReadMakesNoCommandFail() throws IOException {
    Path kept = Files.createDirectory(temp.resolve("kept"));
    List<String> run =
        List.of("/bin/sh", "-c", "rm kept/output-*; sleep 0.2; echo here; echo done > done");
    Command command = new Command(run, temp, PATH, Duration.ofSeconds(60));
    LocalCommands runner = new LocalCommands(kept, HostClock.system());

    CommandResult result = runner.run(command, () -> false);
    assertThat(result.end()).isEqualTo(CommandResult.End.EXITED);
    assertThat(result.succeeded()).isTrue();
    assertThat(result.output()).contains("cannot be read", "it is not there");

    Files.delete(temp.resolve("done"));
    assertThat(runner.follow(command, () -> false, (_, _) -> {}).succeeded()).isTrue();
    assertThat(temp.resolve("done")).hasContent("done");
  }

  @Test
  void anErrorOfWhoeverListensLeavesNothingRunning() throws IOException {
    Command command =
        new Command(
            List.of("/bin/sh", "-c", "echo $$ > pids; echo x; sleep 60"),
            temp,
            PATH,
            Duration.ofSeconds(60));
    LocalCommands runner = new LocalCommands(temp, HostClock.system());

    assertThatThrownBy(() ->
            runner.follow(
                command,
                () -> false,
                (_, _) -> {
                  throw new IllegalStateException("no room");
                }))
        .hasMessage("no room");
    long pid = Long.parseLong(Files.readString(temp.resolve("pids")).strip());
    assertThat(Processes.find(pid)).isEmpty();
  }

  @Test
  void killsTheWholeTreeAtTheTimeLimit() throws IOException {
    String script = "sleep 60 & echo $! > pids; (sleep 60 & echo $! >> pids; wait) & wait";
    CommandResult result =
        overAt(
            lines("pids", 2),
            new Command(List.of("/bin/sh", "-c", script), temp, PATH, Duration.ofMinutes(1)));

    assertThat(result.end()).isEqualTo(CommandResult.End.TIMED_OUT);
    assertThat(result.exitCode()).isNull();
    List<String> pids = Files.readAllLines(temp.resolve("pids"));
    assertThat(pids).hasSize(2);
    for (String pid : pids) {
      ProcessHandle.of(Long.parseLong(pid)).ifPresent(p -> p.onExit().join());
      assertThat(Processes.find(Long.parseLong(pid))).as("pid %s", pid).isEmpty();
    }
  }

  /** Each has a session of its own and no parent; {@code begun} counts them. */
  private static final String LEAVES_300_BEHIND =
      """
      i=0
      while [ $i -lt 300 ]; do
        i=$((i+1))
        setsid sh -c 'echo $$ >> begun; exec sleep 60' > /dev/null 2>&1 &
      done
      until [ "$(wc -l < begun)" -ge 300 ]; do sleep 0.05; done
      """;

  @ParameterizedTest
  @ValueSource(strings = {"exit 0", "exit 1", "exec sleep 60"})
  void nothingOfACommandLivesAfterItsEndOrItsLimit(String end) throws IOException {
    Files.createFile(temp.resolve("begun"));

    String script = LEAVES_300_BEHIND + end;
    overAt(
        () -> end.startsWith("exec") && lines("begun", 300).getAsBoolean(),
        new Command(List.of("/bin/sh", "-c", script), temp, PATH, Duration.ofMinutes(2)));

    assertThat(Files.readAllLines(temp.resolve("begun"))).hasSize(300);
    assertThat(living("begun")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(setsid sh -c 'echo $$ > begun; exec sleep 60' &) ; exit 0",
        "(env -i /usr/bin/setsid /bin/sh -c 'echo $$ > begun; exec /bin/sleep 60' &) ; exit 0",
        "env -i /bin/sh -c 'echo $$ > begun; exec /bin/sleep 60' > /dev/null 2>&1 & exit 0",
        "setsid sh -c 'trap : TERM HUP; echo $$ > begun; while :; do sleep 1; done' & exit 0"
      })
  void whateverItHidesFromTheAgent(String script) throws IOException {
    sh(script.replace("exit 0", "until [ -s begun ]; do sleep 0.02; done"), Duration.ofMinutes(1));

    assertThat(Files.readAllLines(temp.resolve("begun"))).hasSize(1);
    assertThat(living("begun")).isEmpty();
  }

  private List<Long> living(String pids) {
    try {
      return Files.readAllLines(temp.resolve(pids)).stream()
          .map(Long::parseLong)
          .filter(pid -> Processes.find(pid).isPresent())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A thread that begins later has a number like a process, and our open files. */
  @Test
  void theEndOfACommandThatIsFollowedDoesNotKillTheAgentByOneOfItsThreads() throws Exception {
    LocalCommands commands = new LocalCommands(temp, HostClock.system());
    Command command =
        new Command(
            List.of("/bin/sh", "-c", "echo one; sleep 0.1; echo two"),
            temp,
            PATH,
            Duration.ofSeconds(60));
    Callable<String> followed =
        () -> {
          StringBuilder text = new StringBuilder();
          CommandResult result =
              commands.follow(
                  command,
                  () -> false,
                  (bytes, length) -> text.append(new String(bytes, 0, length, UTF_8)));
          return result.exitCode() + " " + text;
        };

    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      for (Future<String> each : threads.invokeAll(Collections.nCopies(6, followed))) {
        assertThat(each.get()).isEqualTo("0 one\ntwo\n");
      }
    }
  }

  @Test
  void theEndOfOneCommandDoesNotKillAnotherThatIsJustBeingStarted() throws Exception {
    Callable<Long> many =
        () ->
            IntStream.range(0, 60)
                .mapToObj(_ -> run(List.of("/bin/true"), Duration.ofSeconds(60)))
                .filter(result -> !result.succeeded())
                .count();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (Future<Long> failed : threads.invokeAll(Collections.nCopies(4, many))) {
        assertThat(failed.get()).isZero();
      }
    }
  }

  @Test
  void aCommandThatMayLeaveADaemonLeavesItUnlessItTakesTooLong() throws IOException {
    String daemon = "setsid sleep 60 > /dev/null 2>&1 & echo $! > pid; ";
    run(daemon(daemon + "exit 0"));
    List<Long> left = living("pid");
    BooleanSupplier another =
        () -> {
          List<Long> now = living("pid");
          return now.size() == 1 && !now.equals(left);
        };
    overAt(another, daemon(daemon + "sleep 60"));

    assertThat(left).hasSize(1);
    assertThat(living("pid")).isEmpty();
    ProcessHandle.of(left.getFirst()).ifPresent(ProcessHandle::destroyForcibly);
  }

  private void run(Command command) {
    new LocalCommands(temp, HostClock.system()).run(command, () -> false);
  }

  private Command daemon(String script) {
    List<String> argv = List.of("/bin/sh", "-c", script);
    return new Command(argv, temp, PATH, Duration.ofMinutes(1), true, null);
  }

  @Test
  void commandsOfAnAgentThatWasKilledEndAndNobodyElses() throws IOException {
    Path releases = temp.resolve("releases");
    List<Process> all = new ArrayList<>();
    for (Map<String, String> environment :
        List.of(
            Map.of("PULLCORD_RUN", "x", "PULLCORD_RELEASE", releases + "/1"),
            Map.of("PULLCORD_RUN", "x", "PULLCORD_RELEASE", "/elsewhere/releases/1"),
            Map.of("PULLCORD_RUN", "keep-x", "PULLCORD_RELEASE", releases + "/1"),
            Map.of("PULLCORD_RELEASE", releases + "/1"))) {
      ProcessBuilder builder = new ProcessBuilder("/bin/sleep", "60");
      builder.environment().putAll(environment);
      all.add(builder.start());
    }
    try {
      LocalCommands.killLeft(temp, releases);

      all.getFirst().onExit().join();
      assertThat(all.subList(1, 4)).allMatch(Process::isAlive);
    } finally {
      all.forEach(Process::destroyForcibly);
    }
  }

  @Test
  void isNotHeldUpByAGrandchildThatKeepsTheOutputOpen() throws IOException {
    CommandResult result = sh("sleep 600 & echo $! > pid; echo done", Duration.ofSeconds(60));

    assertThat(result.output()).isEqualTo("done\n");
    assertThat(result.end()).isEqualTo(CommandResult.End.EXITED);
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
        new LocalCommands(temp, HostClock.system()).run(command, () -> looks.incrementAndGet() > 2);

    assertThat(result.end()).isEqualTo(CommandResult.End.CANCELLED);
  }

  @Test
  void saysWhatTheHostSaysWhenItCannotBeStarted() {
    CommandResult result = run(List.of("/no/such/program"), Duration.ofSeconds(60));

    assertThat(result.end()).isEqualTo(CommandResult.End.NOT_STARTED);
    assertThat(result.output()).contains("/no/such/program");
  }

  @Test
  void showsWhatACommandHasWrittenSoFar() {
    CommandRunner runner = new LocalCommands(temp, HostClock.system());
    Command command =
        new Command(
            List.of("/bin/sh", "-c", "echo first; echo last; sleep 60"),
            temp,
            PATH,
            Duration.ofSeconds(60));

    CommandResult result = runner.run(command, () -> runner.outputSoFar(5).equals("last\n"));

    assertThat(result.end()).isEqualTo(CommandResult.End.CANCELLED);
    assertThat(runner.outputSoFar(5)).isEmpty();
  }
}

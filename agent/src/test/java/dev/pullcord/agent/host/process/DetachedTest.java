package dev.pullcord.agent.host.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.base.host.Signal;
import dev.pullcord.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetachedTest {
  @TempDir Path temp;
  private @Nullable Process process;

  @AfterEach
  void end() {
    if (process != null) {
      process.destroyForcibly().onExit().join();
    }
  }

  private Process start(String script) throws IOException {
    Process started =
        Detached.start(
            new Detached.Spec(
                List.of("/bin/sh", "-c", script, "name with ) and spaces"),
                temp,
                Map.of("PATH", "/usr/bin:/bin"),
                temp.resolve("started"),
                temp.resolve("log")));
    process = started;
    return started;
  }

  @Test
  void theProgramIsTheVeryProcessThatClaimed() throws IOException {
    Process program = start("echo $$; exit 5");
    program.onExit().join();

    String[] claim = Files.readString(temp.resolve("started")).strip().split(" ");
    assertThat(claim[0]).isEqualTo(Long.toString(program.pid()));
    assertThat(Files.readString(temp.resolve("log")).strip()).isEqualTo(claim[0]);
    assertThat(program.exitValue()).isEqualTo(5);
  }

  @Test
  void theClaimNamesTheStartTimeThatTheKernelShows() throws IOException {
    Process program = start("echo up; exec sleep 30");
    awaitLog("up\n");

    Optional<ProcessId> seen = Processes.find(program.pid());

    assertThat(Files.readString(temp.resolve("started")).strip())
        .isEqualTo(program.pid() + " " + seen.orElseThrow().start());
    assertThat(Processes.alive(seen.get())).isTrue();
    assertThat(Processes.alive(new ProcessId(program.pid(), seen.get().start() - 1))).isFalse();
  }

  @Test
  void aLateShimDoesNotBecomeTheProgram() throws IOException {
    Files.writeString(temp.resolve("started"), "not started\n");

    Process program = start("echo should not be");
    program.onExit().join();

    assertThat(program.exitValue()).isEqualTo(Detached.NOT_CLAIMED);
    assertThat(Files.readString(temp.resolve("log"))).doesNotContain("should not be");
    assertThat(Files.readString(temp.resolve("started"))).isEqualTo("not started\n");
  }

  @Test
  void itHasASessionOfItsOwn() throws IOException {
    Process program = start("cat /proc/self/stat; exec sleep 30");
    awaitLog("");

    String stat = Files.readString(Path.of("/proc/" + program.pid() + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    assertThat(fields[3]).isEqualTo(Long.toString(program.pid()));
  }

  @Test
  void sigtermIsSentOnceForAClaim() throws IOException {
    Process program =
        start("trap 'echo term' TERM; echo up; while :; do sleep 0.02 & wait $!; done");
    awaitLog("up\n");
    ProcessId id = Processes.find(program.pid()).orElseThrow();

    Detached.terminateOnce(id, temp.resolve("term"));
    Detached.terminateOnce(id, temp.resolve("term"));
    awaitLog("up\nterm\n");
    // A third one, with another claim, marks the end of what the second could have caused.
    Detached.terminateOnce(id, temp.resolve("other"));
    awaitLog("up\nterm\nterm\n");
  }

  @Test
  void sigtermIsNeverSentToAnotherProcessWithTheSamePid() throws IOException {
    Process program =
        start("trap 'echo term' TERM; echo up; while :; do sleep 0.02 & wait $!; done");
    awaitLog("up\n");
    ProcessId id = Processes.find(program.pid()).orElseThrow();

    Detached.terminateOnce(new ProcessId(id.pid(), id.start() + 1), temp.resolve("term"));

    assertThat(temp.resolve("term")).doesNotExist();
    assertThat(Files.readString(temp.resolve("log"))).isEqualTo("up\n");
  }

  @Test
  void aClaimThatCannotBeMadeIsAnErrorAndNoSignal() throws IOException {
    Process program = start("echo up; exec sleep 30");
    awaitLog("up\n");
    ProcessId id = Processes.find(program.pid()).orElseThrow();

    assertThatThrownBy(() -> Detached.terminateOnce(id, temp.resolve("no/such/directory/term")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot claim");
    assertThat(Processes.alive(id)).isTrue();
  }

  @Test
  void aSigtermThatWasRefusedIsRefusedAtTheNextTryAsWellAndSentOnceItMayBe() throws Exception {
    Needs.root("another user's shim is to be refused");
    Process program =
        start("trap 'echo term' TERM; echo up; while :; do sleep 0.02 & wait $!; done");
    awaitLog("up\n");
    ProcessId id = Processes.find(program.pid()).orElseThrow();
    Path claims = Files.createTempDirectory("claims");
    Path of = Files.createDirectory(claims.resolve("of"));
    Path claim = of.resolve("term");
    List<Path> made = List.of(of, claims);
    for (Path directory : made) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
    List<String> nobody = new ArrayList<>(List.of("setpriv", "--reuid=65534", "--clear-groups"));
    nobody.addAll(Detached.terminating(id, claim));

    assertThat(new ProcessBuilder(nobody).start().waitFor()).isEqualTo(76);
    assertThat(new ProcessBuilder(nobody).start().waitFor()).isEqualTo(76);
    assertThat(Files.readString(temp.resolve("log"))).isEqualTo("up\n");

    Detached.terminateOnce(id, claim);
    awaitLog("up\nterm\n");
    Files.delete(claim);
    for (Path directory : made) {
      Files.delete(directory);
    }
  }

  @Test
  void aProcessThatEndedAndWasNotWaitedForIsGone() throws IOException {
    Path zombie = temp.resolve("zombie");
    start("(exit 0) & echo $! > " + zombie + "; echo up; exec sleep 30");
    awaitLog("up\n");

    long pid = Long.parseLong(Files.readString(zombie).strip());

    HostClock clock = HostClock.system();
    for (int i = 0; i < 500 && Processes.find(pid).isPresent(); i++) {
      clock.await(new Signal(), 0, java.time.Duration.ofMillis(10));
    }
    assertThat(Processes.find(pid)).isEmpty();
  }

  private void awaitLog(String content) throws IOException {
    HostClock clock = HostClock.system();
    Path log = temp.resolve("log");
    for (int i = 0; i < 1000; i++) {
      String now = Files.exists(log) ? Files.readString(log) : "";
      if (content.isEmpty() ? !now.isEmpty() : now.equals(content)) {
        return;
      }
      clock.await(new Signal(), 0, java.time.Duration.ofMillis(10));
    }
    throw new AssertionError("log: " + Files.readString(log));
  }
}

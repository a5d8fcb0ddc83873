package dev.pullcord.systemtests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.process.ProgramCall;
import dev.pullcord.systemtests.Fleets;
import dev.pullcord.systemtests.SmallWork;
import dev.pullcord.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PrimitiveIterator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A backup, or a restore, is killed in the place of its n-th file-changing call, or the call fails:
 * a file of a backup's name is always a whole backup, the server does not notice, and half a
 * restore never starts and is run again. Every call with {@code --full}, a sample otherwise.
 */
class BackupFaultsTest {
  private static final int KILLED = 128 + 9;
  private static final int MOST = 600;

  @TempDir static Path home;
  private static LocalFleet fleet;

  @TempDir Path directory;
  private Path backups;
  private Path backup;
  private Path state;

  @BeforeAll
  static void makeAServer() {
    fleet = Fleets.converged(home.resolve("fleet"), 1);
  }

  @AfterAll
  static void end() {
    fleet.close();
  }

  @BeforeEach
  void makePlaces() throws IOException {
    backups = Files.createDirectories(directory.resolve("backups"));
    backup = backups.resolve("server.backup");
    state = directory.resolve("restored");
  }

  private ProgramCall.Result server(Map<String, String> environment, Object... arguments) {
    List<String> argv = new ArrayList<>(List.of(fleet.programs().server()));
    for (Object argument : arguments) {
      argv.add(argument.toString());
    }
    return ProgramCall.of(directory, environment, argv).run();
  }

  private ProgramCall.Result backUp(Map<String, String> environment) {
    return server(environment, "backup", backup, "--state", fleet.serverState());
  }

  private ProgramCall.Result restore(Map<String, String> environment, Path into) {
    return server(environment, "restore", backup, "--state", into);
  }

  private void done(ProgramCall.Result result) {
    assertThat(result.exit()).as(result.output()).isZero();
  }

  @Test
  void aKilledBackupLeavesTheOneBeforeOrAWholeOne() throws IOException {
    done(backUp(Map.of()));
    FaultShim shim = FaultShim.below(backups, directory);
    int died = 0;
    for (int n = 1; n <= MOST; n += Fleets.full() ? 1 : 121) {
      shim.killAt(n);
      ProgramCall.Result ran = backUp(shim.environment());
      shim.off();
      if (ran.exit() == 0) {
        break;
      }
      assertThat(ran.exit()).as(ran.output()).isEqualTo(KILLED);
      died++;
      Path whole = directory.resolve("whole-" + n);
      done(restore(Map.of(), whole));
      delete(whole);
    }
    assertThat(died).as("calls at which it died").isGreaterThanOrEqualTo(3);
    done(backUp(Map.of()));
    assertThat(Fleets.names(backups)).containsExactly("server.backup");
    stillServes();
  }

  @Test
  void aBackupInTheLocaleOfACronJobHasBranchesWhoseNamesAreNotAscii() {
    Path unzip = Needs.tool("unzip");
    String push =
        "git push -q -o nowait origin HEAD:refs/heads/gr$(printf '\\303\\266\\303\\237')e";
    done(ProgramCall.of(fleet.workTree().directory(), Map.of(), List.of("sh", "-c", push)).run());

    done(backUp(Map.of("LC_ALL", "C")));

    String heads = unzip + " -p '%s' repository.bundle > bundle && git bundle list-heads bundle";
    List<String> sh = List.of("sh", "-ec", heads.formatted(backup));
    ProgramCall.Result listed = ProgramCall.of(directory, Map.of(), sh).run();
    done(listed);
    assertThat(listed.output()).contains("refs/heads/gr\u00f6\u00dfe");
  }

  @Test
  void aKilledRestoreDoesNotStartAndIsRunAgain() throws IOException {
    done(backUp(Map.of()));
    Files.createDirectories(state);
    FaultShim shim = FaultShim.below(state, directory);
    int died = 0;
    for (int n = 1; n <= MOST; n += Fleets.full() ? 1 : 67) {
      shim.killAt(n);
      ProgramCall.Result ran = restore(shim.environment(), state);
      shim.off();
      if (ran.exit() == 0) {
        break;
      }
      assertThat(ran.exit()).as(ran.output()).isEqualTo(KILLED);
      died++;
      ProgramCall.Result started = server(Map.of(), "run", "--state", state);
      assertThat(started.exit()).as("killed at " + n + "\n" + started.output()).isIn(1, 2);
      assertThat(started.output()).containsPattern("RESTORE_UNFINISHED|NOT_INITIALISED");
      done(restore(Map.of(), state));
      assertThat(Fleets.names(state))
          .containsExactlyInAnyOrder("lock", "repositories", "store.db", "tls");
      delete(state);
      Files.createDirectories(state);
    }
    assertThat(died).as("calls at which it died").isGreaterThanOrEqualTo(Fleets.full() ? 200 : 3);
  }

  @Test
  void aBackupThatCannotBeWrittenSaysWhyAndLeavesTheOneBefore() throws IOException {
    done(backUp(Map.of()));
    byte[] before = Files.readAllBytes(backup);
    FaultShim shim = FaultShim.below(backups, directory);
    for (Errno errno : Errno.tried()) {
      PrimitiveIterator.OfInt calls = errno.calls(190).iterator();
      boolean reached = true;
      while (reached && calls.hasNext()) {
        int n = calls.nextInt();
        shim.fromNowOn(errno, n);
        ProgramCall.Result ran = backUp(shim.environment());
        reached = shim.failed() > 0;
        shim.off();
        String at = errno + " from " + n + ": " + ran.output();
        if (ran.exit() == 0) {
          before = Files.readAllBytes(backup); // only what is tidied up afterwards failed
        } else {
          assertThat(ran.exit()).as(at).isEqualTo(1);
          assertThat(ran.output()).as(at).doesNotContain("bug", "Exception");
          assertThat(errno.isNamedIn(ran.output())).as(at).isTrue();
          assertThat(Files.readAllBytes(backup)).as(at).isEqualTo(before);
        }
      }
    }
    stillServes();
  }

  private void stillServes() {
    assertThat(fleet.push(SmallWork.search("after " + directory), "After").converged()).isTrue();
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}

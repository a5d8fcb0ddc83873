package dev.pullcord.systemtests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.process.ProgramCall;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The harness finds planted bugs: one that acknowledges what it lost, and one that tears a file.
 */
class FaultShimTest {
  private static final String OLD = "old";
  private static final String NEW = "new";

  @TempDir Path directory;
  private Path state;
  private FaultShim shim;

  @BeforeEach
  void start() throws IOException {
    state = Files.createDirectories(directory.resolve("state"));
    shim = FaultShim.below(state, directory);
  }

  @Test
  void findsThatAnErrorIsNotLookedAt() throws IOException {
    assertThat(lostAt("careless")).isNotEmpty();
    assertThat(lostAt("careful")).isEmpty();
  }

  @Test
  void findsThatAFileIsWrittenInPlace() throws IOException {
    assertThat(tornAt("careless")).isNotEmpty();
    assertThat(tornAt("careful")).isEmpty();
  }

  @Test
  void leavesOtherDirectoriesAlone() throws IOException {
    Path beside = Files.createDirectories(directory.resolve("state-beside"));
    shim.fromNowOn(Errno.EIO, 1);

    assertThat(run("careful", beside)).contains("kept");
    assertThat(shim.counted()).isZero();
  }

  private List<Integer> lostAt(String how) throws IOException {
    List<Integer> lost = new ArrayList<>();
    int n = 0;
    do {
      n++;
      Files.writeString(state.resolve("note"), OLD);
      shim.once(Errno.EIO, n);
      boolean kept = run(how, state).startsWith("kept");
      if (kept != Files.readString(state.resolve("note")).equals(NEW)) {
        lost.add(n);
      }
    } while (shim.failed() > 0);
    assertThat(n).as("calls of one that is " + how).isGreaterThan(2);
    return lost;
  }

  private List<Integer> tornAt(String how) throws IOException {
    List<Integer> torn = new ArrayList<>();
    int n = 0;
    do {
      n++;
      Files.writeString(state.resolve("note"), OLD);
      shim.killAt(n);
      run(how, state);
      if (!List.of(OLD, NEW).contains(Files.readString(state.resolve("note")))) {
        torn.add(n);
      }
    } while (shim.failed() > 0);
    return torn;
  }

  private String run(String how, Path where) {
    String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
    String classes =
        Path.of(URI.create(Notebook.class.getProtectionDomain().getCodeSource().getLocation() + ""))
            .toString();
    List<String> argv =
        List.of(
            java, "-Xshare:auto", "-cp", classes, Notebook.class.getName(), how, "" + where, NEW);
    return ProgramCall.of(directory, shim.environment(), argv).run().output();
  }
}

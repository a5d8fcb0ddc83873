package dev.pullcord.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.rig.Rig;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.report.DriftStatus;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody changes a release on the disk of a node. */
class DriftTest {
  @TempDir private Path temp;
  private Rig rig;

  @BeforeEach
  void make() throws IOException {
    rig = new Rig(temp);
  }

  @AfterEach
  void close() throws IOException {
    rig.close();
  }

  /** As root or the agent's own user can. */
  private static void tamper(Path file, String content) throws IOException {
    var mode = Files.getPosixFilePermissions(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, mode);
  }

  /** Time passes, the agent looks, and the pass after that acts on it. */
  private PassResult later() {
    rig.clockForward(Duration.ofMinutes(1));
    rig.pass();
    return rig.pass();
  }

  private DriftStatus drift() {
    return Objects.requireNonNull(rig.agent().status().drift());
  }

  @Test
  void stagesTheCommitAgainAndLeavesTheWorkerAlone() throws IOException {
    rig.push(rig.first());
    Path before = rig.current();
    tamper(before.resolve("search/one"), "planted\n");

    PassResult result = later();

    assertThat(result.state()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.released("search/one")).isEqualTo("first pattern\n");
    assertThat(rig.current()).isNotEqualTo(before);
    assertThat(rig.lines("starts")).hasSize(1);
    assertThat(rig.lines("terms")).isEmpty();
    assertThat(rig.agent().status().drift()).isNull();
    assertThat(Files.exists(before)).isTrue();
  }

  @Test
  void buildsAgainAndLeavesAWorkerAloneThatHasVariablesOfItsNode() throws IOException {
    Path variables = Files.writeString(temp.resolve("grep.env"), "TOKEN=s3cret\n");
    rig.envFiles = List.of(variables.toString());
    rig.envFile = variables.toString();
    rig.prepare =
        List.of(
            new CommandSpec(
                List.of("sh", "-c", "cp search/one \"$PULLCORD_BUILD/index\""),
                Duration.ofSeconds(20)));
    rig.push(rig.first());
    assertThat(later().state()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.agent().status().drift()).isNull();
    tamper(rig.current().resolve("search/one"), "planted\n");

    later();

    assertThat(rig.released("search/one")).isEqualTo("first pattern\n");
    assertThat(rig.current().resolve(".pullcord/build/index")).hasContent("first pattern\n");
    assertThat(rig.lines("starts")).hasSize(1);
    assertThat(rig.lines("terms")).isEmpty();
  }

  @Test
  void saysSoAndLeavesItWhereThatIsWanted() throws IOException {
    rig.enforceDrift = false;
    rig.push(rig.first());
    Path before = rig.current();
    Files.setPosixFilePermissions(before, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(before.resolve("\u202enew"), "x");
    tamper(before.resolve("search/one"), "longer than it was before\n");

    PassResult result = later();

    assertThat(result.state()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.current()).isEqualTo(before);
    assertThat(drift().paths()).isEqualTo(2);
    assertThat(drift().reason())
        .isEqualTo(
            "2 paths are not as in the commit: \"search/one\" has 26 bytes instead of 14,"
                + " \"\\u202enew\" has appeared");
    assertThat(rig.reports.made.getLast().status().drift()).isEqualTo(drift());
  }

  @Test
  void aNewCommitTakesNothingOverFromAReleaseThatHasDrifted() throws IOException {
    rig.enforceDrift = false;
    rig.push(rig.first());
    tamper(rig.current().resolve("search/one"), "FIRST pattern\n");
    later();

    rig.push(rig.commit("search/two", "better pattern\n"));

    assertThat(rig.released("search/one")).isEqualTo("first pattern\n");
    assertThat(rig.agent().status().drift()).isNull();
  }

  @Test
  void readsTheContentNowAndThenAndFindsWhatNothingElseShows() throws IOException {
    rig.push(rig.first());
    Path file = rig.current().resolve("search/one");
    FileTime written = Files.getLastModifiedTime(file);
    tamper(file, "FIRST pattern\n");
    Files.setLastModifiedTime(file, written);

    later();
    assertThat(rig.agent().status().drift()).isNull();
    rig.clockForward(Duration.ofHours(7));
    later();

    assertThat(rig.released("search/one")).isEqualTo("first pattern\n");
    assertThat(rig.agent().status().drift()).isNull();
  }

  @Test
  void looksAtOnceAfterAStart() throws IOException {
    rig.push(rig.first());
    Path search = rig.current().resolve("search");
    Files.setPosixFilePermissions(search, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.delete(search.resolve("two"));
    rig.end();

    rig.pass();
    rig.pass();

    assertThat(rig.released("search/two")).isEqualTo("second pattern\n");
  }

  @Test
  void doesNotFightWithSomebodyWhoChangesItAgainAndAgain() throws IOException {
    rig.push(rig.first());
    tamper(rig.current().resolve("search/one"), "planted\n");
    later();
    Path once = rig.current();
    tamper(once.resolve("search/one"), "planted\n");

    later();

    assertThat(rig.current()).isEqualTo(once);
    assertThat(drift().paths()).isEqualTo(1);
    rig.clockForward(Duration.ofMinutes(5));
    later();
    assertThat(rig.released("search/one")).isEqualTo("first pattern\n");
  }

  @Test
  void seesNothingInAReleaseThatIsAsItWasStaged() throws IOException {
    rig.push(rig.commit("search/link", "-> one"));
    rig.push(rig.commit("search/two", "better\n"));
    rig.clockForward(Duration.ofHours(7));

    later();
    later();

    assertThat(rig.agent().status().drift()).isNull();
    assertThat(rig.history().lastSequence()).isEqualTo(2);
  }
}

package dev.pullcord.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.rig.Rig;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.base.disk.FileTrees;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that a worker, its health or its checks need are taken away on the disk of a node. */
class DamagedReleaseTest {
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

  /** Its health is a command of the release. */
  private CommitId withHealthInIt(Map<String, String> changes) {
    return withHealthInIt(changes, Rig.WELL_WITHIN);
  }

  private CommitId thatIsNeverWell() {
    return withHealthInIt(
        Map.of("bin/well", "#!/bin/sh\nexit 1\n", "tasks/task", "bad\n"), Duration.ofMillis(500));
  }

  private CommitId withHealthInIt(Map<String, String> changes, Duration deadline) {
    Map<String, String> files = new LinkedHashMap<>(rig.files());
    files.put("bin/well", "#!/bin/sh\n[ -e \"$LEDGER/ready.$PULLCORD_GENERATION\" ]\n");
    files.putAll(changes);
    return rig.source.commit(rig.manifest(Map.of(), List.of("bin/well"), deadline), files);
  }

  private static void delete(Path file) throws IOException {
    Files.setPosixFilePermissions(file.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.delete(file);
    Files.setPosixFilePermissions(file.getParent(), PosixFilePermissions.fromString("r-xr-xr-x"));
  }

  private PassResult later() {
    rig.clockForward(Duration.ofMinutes(1));
    return rig.pass();
  }

  /** A pass that makes room while a worker drains is gone on with. */
  private PassResult settled(PassResult first) {
    PassResult result = first;
    for (int i = 0; i < 50 && result.state() == NodeState.APPLYING; i++) {
      result = rig.pass();
    }
    return result;
  }

  private void wholeAndUntouched(PassResult result) throws IOException {
    assertThat(result.state()).as(result.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.agent().status().drift()).isNull();
    assertThat(rig.released("search/one")).isEqualTo("first pattern\n");
    assertThat(rig.current().resolve("bin/well")).isExecutable();
    assertThat(rig.lines("starts")).hasSize(1);
    assertThat(rig.lines("terms")).isEmpty();
  }

  @Test
  void aReleaseThatIsGoneWithItsHealthCommandIsStagedAgainAndTheWorkerLeftAlone()
      throws IOException {
    rig.push(withHealthInIt(Map.of()));
    FileTrees.delete(rig.current());

    wholeAndUntouched(rig.pass());
  }

  @Test
  void soIsOneOfWhichOnlyTheHealthCommandIsGone() throws IOException {
    rig.push(withHealthInIt(Map.of()));
    delete(rig.current().resolve("bin/well"));

    later();
    wholeAndUntouched(rig.pass());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bin/well", "bin/check", "bin/worker"})
  void whatAWorkerNeedsIsMendedAfterItDiedAndCouldNotBeStarted(String path) throws IOException {
    rig.push(withHealthInIt(Map.of()));
    Path damaged = rig.current();
    delete(damaged.resolve(path));
    rig.kill(rig.living().getFirst());

    PassResult result = rig.pass();
    for (int i = 0; i < 3 && result.state() != NodeState.CONVERGED; i++) {
      result = later();
    }

    assertThat(result.state()).as(result.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.current()).isNotEqualTo(damaged);
    assertThat(rig.current().resolve(path)).isExecutable();
  }

  @Test
  void theFirstPassAfterAStartLooksBeforeItDoesAnything() throws IOException {
    rig.push(withHealthInIt(Map.of()));
    delete(rig.current().resolve("search/two"));
    rig.end();

    wholeAndUntouched(rig.pass());
    assertThat(rig.released("search/two")).isEqualTo("second pattern\n");
  }

  @Test
  void theReasonNamesTheDriftUntilItIsMended() throws IOException {
    rig.push(withHealthInIt(Map.of()));
    Path damaged = rig.current();
    delete(damaged.resolve("bin/well"));
    rig.source.away = "GIT_UNREACHABLE  the server is away";
    rig.end();

    PassResult result = rig.pass();

    assertThat(result.state()).isEqualTo(NodeState.FAILED);
    assertThat(result.reason())
        .startsWith(
            "release " + damaged.getFileName() + ": 1 path is not as in the commit: \"bin/well\"")
        .contains("cannot be had again: the server is away");
    assertThat(rig.agent().status().drift()).isNotNull();
    rig.source.away = null;
    wholeAndUntouched(later());
  }

  @ParameterizedTest
  @ValueSource(strings = {"files", "times", "release.json"})
  void whatAReleaseSaysOfItselfMayBeGoneOrGarbled(String name) throws IOException {
    rig.push(withHealthInIt(Map.of()));
    for (byte[] garbage : List.of(new byte[0], new byte[] {-1, 'x', ' ', 'y', '\n', 0})) {
      Path file = rig.current().resolve(".pullcord").resolve(name);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
      Files.write(file, garbage);
      Path damaged = rig.current();
      rig.clockForward(Duration.ofMinutes(6));
      rig.pass();
      wholeAndUntouched(rig.pass());
      assertThat(rig.current()).isNotEqualTo(damaged);
    }
    delete(rig.current().resolve(".pullcord").resolve(name));
    rig.clockForward(Duration.ofMinutes(6));
    rig.pass();
    wholeAndUntouched(rig.pass());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/etc", "releases/000009-nothing", "nowhere", "absolute"})
  void currentIsPointedToTheReleaseAgain(String target) throws IOException {
    rig.push(withHealthInIt(Map.of()));
    Path release = rig.current();
    Path current = rig.home.resolve("current");
    Files.delete(current);
    if (!target.isEmpty()) {
      Files.createSymbolicLink(current, target.equals("absolute") ? release : Path.of(target));
    }

    wholeAndUntouched(rig.pass());
    assertThat(Files.readSymbolicLink(current))
        .isEqualTo(Path.of("releases").resolve(release.getFileName()));
  }

  @Test
  void whatIsNoLinkIsLeftAloneAndTheReasonSaysSo() throws IOException {
    rig.push(withHealthInIt(Map.of()));
    Path current = rig.home.resolve("current");
    Files.delete(current);
    Files.createDirectory(current);

    assertThat(rig.pass().reason())
        .startsWith(current + " is a directory, a link is expected; move it away");
    Files.delete(current);
    Files.writeString(current, "somebody's");
    assertThat(later().reason()).startsWith(current + " is a file, a link is expected");
    assertThat(current).hasContent("somebody's");
    Files.delete(current);
    wholeAndUntouched(later());
  }

  @Test
  void theReleaseToGoBackToIsStagedAgainWhereItIsDamaged() throws IOException {
    rig.push(withHealthInIt(Map.of()));
    Path first = rig.current();
    delete(first.resolve("search/one"));

    PassResult result = settled(rig.push(thatIsNeverWell()));

    assertThat(result.state()).as(result.reason()).isEqualTo(NodeState.ROLLED_BACK);
    assertThat(rig.current()).isNotEqualTo(first);
    assertThat(rig.released("search/one")).isEqualTo("first pattern\n");
    assertThat(rig.released("tasks/task")).isEqualTo("the task\n");
    assertThat(rig.pass().state()).isEqualTo(NodeState.ROLLED_BACK);
  }

  @Test
  void soItIsWhereItIsGone() throws IOException {
    rig.push(withHealthInIt(Map.of()));
    FileTrees.delete(rig.current());

    PassResult result = settled(rig.push(thatIsNeverWell()));

    assertThat(result.state()).as(result.reason()).isEqualTo(NodeState.ROLLED_BACK);
    assertThat(rig.released("tasks/task")).isEqualTo("the task\n");
  }

  @Test
  void aTreeThatWasBuiltAndNeverUsedIsLookedAtBeforeItIs() throws IOException {
    rig.push(withHealthInIt(Map.of()));
    CommitId next = withHealthInIt(Map.of("search/one", "new\n", "search/two", "BAD\n"));
    assertThat(rig.push(next).state()).isEqualTo(NodeState.ROLLED_BACK);
    Path built;
    try (var releases = Files.list(rig.home.resolve("releases"))) {
      built = releases.sorted().toList().getLast();
    }
    delete(built.resolve("search/two")); // now its check would pass
    rig.agent().retry();

    assertThat(settled(rig.pass()).state()).isEqualTo(NodeState.ROLLED_BACK);
    assertThat(rig.released("search/one")).isEqualTo("first pattern\n");
  }

  @Test
  void theLinkOfAGenerationIsMadeAgain() throws IOException {
    rig.push(withHealthInIt(Map.of()));
    Path link = rig.home.resolve("generations/1/current");
    Files.delete(link);

    wholeAndUntouched(rig.pass());
    assertThat(link.toRealPath()).isEqualTo(rig.current());
  }
}

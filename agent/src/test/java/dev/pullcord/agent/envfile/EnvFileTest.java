package dev.pullcord.agent.envfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.rig.Rig;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers that get variables from a file on the node. */
class EnvFileTest {
  private static final String SECRET = "hunter2-hunter2";

  /** Says what it was given, to the ledger and to its log. */
  private static final String TELLS =
      Rig.WORKER.replace(
          "echo \"$$ $PULLCORD_COMMIT\"",
          "echo \"TOKEN=$TOKEN COLOUR=$COLOUR NODE=$PULLCORD_NODE\" >> \"$LEDGER/seen\"\n"
              + "echo \"my token is $TOKEN\"\n"
              + "echo \"$$ $PULLCORD_COMMIT\"");

  @TempDir Path temp;
  private Path file;
  private Rig rig;

  @BeforeEach
  void open() throws IOException {
    Path allowed = Files.createDirectories(temp.resolve("env"));
    file = allowed.resolve("grep.env");
    rig = new Rig(temp);
    rig.envFiles = List.of(allowed + "/");
    rig.envFile = file.toString();
    write("TOKEN=" + SECRET + "\n");
  }

  @AfterEach
  void close() throws IOException {
    rig.close();
  }

  private void write(String text) throws IOException {
    Files.writeString(file, text);
  }

  private CommitId commit(String path, String content) {
    return commit(
        rig.manifest(Map.of("COLOUR", "red"), Rig.READY, Duration.ofSeconds(20)), path, content);
  }

  private CommitId commit(Manifest manifest, String path, String content) {
    Map<String, String> files = rig.files();
    files.put("bin/worker", TELLS);
    files.put(path, content);
    return rig.source.commit(manifest, files);
  }

  private CommitId first() {
    return commit("README", "first\n");
  }

  private PassResult passAfterBackoff() {
    rig.clockForward(Duration.ofSeconds(61));
    return rig.pass();
  }

  @Test
  void aWorkerGetsTheVariablesWhichWinOverTheManifests() throws IOException {
    write("TOKEN=" + SECRET + "\nCOLOUR=\"blue\"\n");

    PassResult result = rig.push(first());

    assertThat(result.state()).as(result.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.lines("seen")).containsExactly("TOKEN=" + SECRET + " COLOUR=blue NODE=sea-01");
  }

  @Test
  void checksAndHealthGetThemToo() throws IOException {
    List<String> health = List.of("sh", "-c", "[ \"$TOKEN\" = " + SECRET + " ]");
    Manifest manifest = rig.manifest(Map.of(), health, Rig.WELL_WITHIN);

    PassResult result =
        rig.push(commit(manifest, "bin/check", "#!/bin/sh\n[ \"$TOKEN\" = " + SECRET + " ]\n"));

    assertThat(result.state()).as(result.reason()).isEqualTo(NodeState.CONVERGED);
  }

  @Test
  void aChangeOfTheFileRestartsTheWorkerWithoutAPush() throws IOException {
    rig.push(first());
    Path release = rig.current();
    assertThat(rig.pass().state()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.lines("starts")).hasSize(1);

    write("TOKEN=another-one\n");
    PassResult result = rig.pass();

    assertThat(result.state()).as(result.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.lines("starts")).hasSize(2);
    assertThat(rig.living()).hasSize(1);
    assertThat(rig.lines("seen")).last().asString().startsWith("TOKEN=another-one ");
    assertThat(rig.current()).isEqualTo(release);
    rig.pass();
    assertThat(rig.lines("starts")).hasSize(2);
  }

  @Test
  void anOverlappingWorkerIsReplacedBesideTheOldOne() throws IOException {
    rig.restart = WorkerSpec.Restart.OVERLAP;
    rig.push(first());
    long old = rig.living().getFirst();
    Files.createFile(rig.ledger.resolve("linger"));

    write("TOKEN=another-one\n");
    PassResult result = rig.pass();

    assertThat(result.state()).as(result.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.living()).hasSize(2).contains(old);
    Files.delete(rig.ledger.resolve("linger"));
  }

  @Test
  void afterAChangeASearchOnlyCommitStillTouchesNoWorker() throws IOException {
    CommitId first = first();
    rig.push(first);
    write("TOKEN=another-one\n");
    rig.pass();

    rig.push(commit("search/one", "another pattern\n"));

    assertThat(rig.lines("starts")).hasSize(2);
    Generation works = rig.history().consuming("grep").orElseThrow();
    assertThat(works.follows()).isTrue();
    assertThat(seenBy(works)).isEqualTo("another pattern\n");

    rig.push(commit("search/one", "BAD\n"));
    assertThat(seenBy(works)).isEqualTo("another pattern\n");
    assertThat(rig.lines("starts")).hasSize(2);
  }

  private String seenBy(Generation generation) throws IOException {
    return Files.readString(
        rig.home.resolve("generations/" + generation.number() + "/current/search/one"));
  }

  @Test
  void aFileThatTheNodeDoesNotAllowIsNeverReadAndTheReasonNamesTheKey() throws IOException {
    rig.push(rig.source.commit(withoutFile(), rig.files()));
    long running = rig.living().getFirst();
    Path elsewhere = temp.resolve("elsewhere.env");
    Files.writeString(elsewhere, "TOKEN=" + SECRET + "\n");
    rig.envFile = elsewhere.toString();

    PassResult result = rig.push(first());

    assertThat(result.state()).as("as with a ref or a kind").isEqualTo(NodeState.HELD);
    assertThat(result.reason())
        .startsWith("agent.yaml does not allow env-file " + elsewhere + " of worker grep; it has")
        .endsWith(": add the file or its directory, and restart the agent");
    assertThat(result.retryAt()).as("nothing changes by trying again").isNull();
    assertThat(rig.living()).containsExactly(running);
    assertThat(rig.history().quarantine()).isNull();
  }

  private Manifest withoutFile() {
    String path = rig.envFile;
    rig.envFile = null;
    Manifest manifest = rig.manifest();
    rig.envFile = path;
    return manifest;
  }

  @Test
  void aLinkThatLeadsOutOfWhatIsAllowedIsRefused() throws IOException {
    Path elsewhere = temp.resolve("elsewhere.env");
    Files.writeString(elsewhere, "TOKEN=" + SECRET + "\n");
    Files.delete(file);
    Files.createSymbolicLink(file, elsewhere);

    PassResult refused = rig.push(first());
    assertThat(refused.state()).isEqualTo(NodeState.HELD);
    assertThat(refused.reason())
        .startsWith(
            "agent.yaml does not allow env-file " + file + " of worker grep, which leads to ")
        .contains(elsewhere.toRealPath().toString())
        .endsWith(
            ": add the file that it leads to or its directory, and restart the agent, or let the"
                + " link lead to a file that is allowed");

    Path inside = file.resolveSibling("grep.env.3");
    Files.writeString(inside, "TOKEN=" + SECRET + "\n");
    Files.delete(file);
    Files.createSymbolicLink(file, inside.getFileName());
    assertThat(passAfterBackoff().state()).isEqualTo(NodeState.CONVERGED);
  }

  @Test
  void aNodeWhoseOwnerTakesAFileAwayIsHeldAndStartsNoWorkerWithoutIt() throws IOException {
    rig.push(first());
    rig.end();
    rig.envFiles = List.of();

    PassResult held = rig.pass();

    assertThat(held.state()).as("it runs just that commit").isEqualTo(NodeState.HELD);
    assertThat(held.reason()).startsWith("agent.yaml does not allow env-file");
    assertThat(rig.living()).hasSize(1);

    rig.kill(rig.living().getFirst());
    rig.pass();
    PassResult down = passAfterBackoff();

    assertThat(down.state()).as("nothing runs").isEqualTo(NodeState.FAILED);
    assertThat(down.reason()).contains("agent.yaml does not allow env-file");
    assertThat(rig.lines("starts")).hasSize(1);
  }

  @Test
  void aMissingFileIsWaitedForAndBlamesNoCommit() throws IOException {
    Files.delete(file);

    PassResult missing = rig.push(first());

    assertThat(missing.state()).isEqualTo(NodeState.FAILED);
    assertThat(missing.reason()).contains("env-file " + file + ": no such file on this node");
    write("TOKEN=" + SECRET + "\n");
    PassResult there = passAfterBackoff();
    assertThat(there.state()).as(there.reason()).isEqualTo(NodeState.CONVERGED);
  }

  @Test
  void aBadLineIsNamedByItsNumber() throws IOException {
    write("# token\nTOKEN='" + SECRET + "\n");

    PassResult result = rig.push(first());

    assertThat(result.reason()).contains("line 2: the quote is not closed").doesNotContain(SECRET);
  }

  @Test
  void aFileWhoseNameNoFileCanHaveInThisLocaleBlamesNoCommit() {
    rig.envFile = file + "\0"; // no locale has it; in LC_ALL=C there are many

    PassResult result = rig.push(first());

    assertThat(result.state()).isEqualTo(NodeState.FAILED);
    assertThat(result.reason()).contains("cannot be the name of a file", "LC_ALL=C.UTF-8");
  }

  @Test
  void aFileThatGoesAwayTouchesNoWorkerThatRuns() throws IOException {
    rig.push(first());
    long running = rig.living().getFirst();
    Files.delete(file);

    PassResult gone = rig.pass();

    assertThat(gone.state()).isEqualTo(NodeState.FAILED);
    assertThat(gone.reason()).contains("no such file on this node");
    assertThat(rig.living()).containsExactly(running);
    write("TOKEN=" + SECRET + "\n");
    assertThat(passAfterBackoff().state()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.living()).containsExactly(running);
  }

  @Test
  void aWorkerThatDiesIsNotStartedWithoutItsFile() throws IOException {
    rig.push(first());
    Files.delete(file);
    rig.kill(rig.living().getFirst());

    rig.pass();
    PassResult result = passAfterBackoff();

    assertThat(result.state()).isEqualTo(NodeState.FAILED);
    assertThat(result.reason()).contains("no such file on this node");
    assertThat(rig.lines("starts")).hasSize(1);
    write("TOKEN=" + SECRET + "\n");
    assertThat(passAfterBackoff().reason()).contains("well once it has lived");
    assertThat(passAfterBackoff().state()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.lines("starts")).hasSize(2);
  }

  @Test
  void valuesAreSeenInNoTranscriptNoReportNoStatusAndNoFileOfTheAgents() throws IOException {
    rig.push(first());
    rig.kill(rig.living().getFirst());
    rig.pass();
    String says = "#!/bin/sh\necho \"check has $TOKEN\"\n";
    rig.push(commit("bin/check", says));
    PassResult failed = rig.push(commit("bin/check", says + "exit 1\n"));
    PassResult dies =
        rig.push(commit("bin/worker", "#!/bin/sh\necho \"dying with $TOKEN\"\nexit 3\n"));

    assertThat(failed.reason()).contains("check has ****");
    assertThat(dies.reason()).contains("dying with ****");
    assertThat(PullcordJson.write(rig.reports.made))
        .contains("check has ****")
        .doesNotContain(SECRET);
    assertThat(PullcordJson.write(rig.agent().status())).doesNotContain(SECRET);
    assertThat(filesWithTheSecret()).isEmpty();
  }

  /** The workers' own logs apart, which are theirs. */
  private List<Path> filesWithTheSecret() throws IOException {
    try (Stream<Path> files = Files.walk(rig.home)) {
      return files
          .filter(Files::isRegularFile)
          .filter(f -> !f.getFileName().toString().equals("log"))
          .filter(EnvFileTest::hasTheSecret)
          .toList();
    }
  }

  private static boolean hasTheSecret(Path path) {
    try {
      return new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1).contains(SECRET);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatAnAgentBeforeGaveAndThisOneDoesNotKnowIsNotShown() throws IOException {
    rig.push(first());
    rig.end();
    write("TOKEN=another-one\n");
    rig.pass();

    assertThat(rig.lines("starts")).hasSize(2);
    assertThat(PullcordJson.write(rig.reports.made))
        .contains("the agent has forgotten what to mask")
        .doesNotContain(SECRET);
  }

  @Test
  void theKeyOfTheHashesIsTheOwnersAlone() throws IOException {
    rig.push(first());

    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(rig.home.resolve("identity.key"))))
        .isEqualTo("rw-------");
    rig.end();
    assertThat(rig.pass().state()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.lines("starts")).hasSize(1);
  }
}

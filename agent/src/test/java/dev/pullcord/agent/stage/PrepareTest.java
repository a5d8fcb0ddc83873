package dev.pullcord.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.rig.Rig;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is built in a release before it is checked. */
class PrepareTest {
  @TempDir Path temp;
  private Rig rig;

  @BeforeEach
  void open() throws IOException {
    rig = new Rig(temp);
  }

  @AfterEach
  void close() throws IOException {
    rig.close();
  }

  private void prepare(String script) {
    prepare(script, Duration.ofSeconds(20));
  }

  private void prepare(String script, Duration timeout) {
    String counted = "echo ran >> '" + rig.ledger + "/prepared'\n" + script;
    rig.prepare = List.of(new CommandSpec(List.of("sh", "-c", counted), timeout));
  }

  private CommitId pattern(String text) {
    return rig.commit("search/one", text + "\n");
  }

  private Path build() throws IOException {
    return rig.current().resolve(".pullcord/build");
  }

  private List<StepRecord> prepareSteps() {
    return rig.reports.steps().stream()
        .filter(step -> step.kind() == StepRecord.Kind.PREPARE)
        .toList();
  }

  @Test
  void goingBackToACommitThatTheNodeRanTakesTheReleaseThatIsStillThere() throws IOException {
    prepare("cp search/one \"$PULLCORD_BUILD/index\"");
    CommitId first = pattern("a pattern");
    rig.push(first);
    Path before = rig.current();
    rig.push(pattern("another one"));
    int done = rig.reports.steps().size();

    PassResult back = rig.push(first);

    assertThat(back.state()).as(back.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.current()).isEqualTo(before);
    assertThat(rig.lines("prepared")).hasSize(2);
    assertThat(rig.reports.steps().subList(done, rig.reports.steps().size()))
        .extracting(StepRecord::kind)
        .doesNotContain(StepRecord.Kind.STAGE, StepRecord.Kind.PREPARE)
        .contains(StepRecord.Kind.SWITCH);
  }

  @Test
  void goingBackToAReleaseThatIsDamagedStagesItAnew() throws IOException {
    prepare("cp search/one \"$PULLCORD_BUILD/index\"");
    CommitId first = pattern("a pattern");
    rig.push(first);
    Path before = rig.current();
    rig.push(pattern("another one"));
    before.resolve("search").toFile().setWritable(true);
    Files.delete(before.resolve("search/one"));

    PassResult back = rig.push(first);

    assertThat(back.state()).as(back.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.current()).isNotEqualTo(before);
    assertThat(rig.lines("prepared")).hasSize(3);
  }

  @Test
  void whatIsBuiltGoesIntoTheReleaseWhichIsThenSealed() throws IOException {
    prepare(
        """
        mkdir "$PULLCORD_BUILD/deep"
        cat search/* > "$PULLCORD_BUILD/deep/index"
        cp bin/worker "$PULLCORD_BUILD/tool"; chmod 755 "$PULLCORD_BUILD/tool"
        ln -s /usr/bin/env "$PULLCORD_BUILD/env"
        echo "in $PWD"; echo "and $PULLCORD_COMMIT" >&2
        """);
    CommitId commit = pattern("a pattern");

    PassResult result = rig.push(commit);

    assertThat(result.state()).as(result.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(build().resolve("deep/index")).content().contains("a pattern");
    try (Stream<Path> all = Files.walk(build())) {
      assertThat(all.filter(p -> !Files.isSymbolicLink(p)))
          .allSatisfy(path ->
              assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                  .isEqualTo(
                      path.endsWith("index") || path.endsWith(".pullcord-files")
                          ? "r--r--r--"
                          : "r-xr-xr-x"));
    }
    assertThat(prepareSteps())
        .singleElement()
        .satisfies(step -> {
          assertThat(step.outcome()).isEqualTo(StepRecord.Outcome.OK);
          assertThat(step.exitCode()).isZero();
          assertThat(step.output())
              .isEqualTo("in " + rig.current() + "\nand " + commit.value() + "\n");
        });
    assertThat(rig.reports.steps())
        .extracting(StepRecord::kind)
        .containsSubsequence(StepRecord.Kind.STAGE, StepRecord.Kind.PREPARE, StepRecord.Kind.CHECK);
  }

  @Test
  void aSearchOnlyCommitIsBuiltAnewAndTheWorkerSeesIt() throws IOException {
    prepare("cat search/one > \"$PULLCORD_BUILD/index\"");
    rig.push(pattern("first"));
    long pid = rig.living().getFirst();

    rig.push(pattern("second"));

    assertThat(rig.living()).containsExactly(pid);
    assertThat(rig.home.resolve("generations/1/current/.pullcord/build/index"))
        .hasContent("second\n");
  }

  @Test
  void aCommandThatFailsIsTheReleasesFault() throws IOException {
    rig.push(rig.first());
    long pid = rig.living().getFirst();
    Path before = rig.current();
    prepare("echo no compiler here; exit 2");

    PassResult result = rig.push(pattern("second"));

    assertThat(result.state()).isEqualTo(NodeState.ROLLED_BACK);
    assertThat(result.reason()).startsWith("prepare sh -c").endsWith("exited 2: no compiler here");
    assertThat(rig.current()).isEqualTo(before);
    assertThat(rig.living()).containsExactly(pid);
    rig.pass();
    assertThat(rig.lines("prepared")).hasSize(1);
  }

  @Test
  void aCommandThatTakesTooLongIsKilledAndTheReleasesFault() throws IOException {
    prepare("sleep 60", Duration.ofMillis(100));

    PassResult result = rig.push(rig.first());

    assertThat(result.state()).isEqualTo(NodeState.FAILED);
    assertThat(result.reason()).contains("took longer than 100ms");
    assertThat(prepareSteps())
        .extracting(StepRecord::outcome)
        .containsExactly(StepRecord.Outcome.RELEASE_FAULT);
  }

  @Test
  void aReleaseThatIsPreparedIsNotPreparedAgain() throws IOException {
    prepare(": > \"$PULLCORD_BUILD/done\"");
    rig.push(pattern("BAD"));
    assertThat(rig.lines("prepared")).hasSize(1);

    rig.agent().retry();
    PassResult again = rig.pass();

    assertThat(again.reason()).contains("check bin/check exited 1");
    assertThat(rig.lines("prepared")).hasSize(1);
  }

  @Test
  void whatATryBeforeHasLeftIsNotBuiltUpon() throws IOException {
    prepare(
        """
        [ ! -e "$PULLCORD_BUILD/half" ] || exit 9
        mkdir "$PULLCORD_BUILD/half"
        [ -e '%s/repaired' ]
        """
            .formatted(rig.ledger));
    CommitId commit = rig.first();
    assertThat(rig.push(commit).reason()).contains("exited 1");
    rig.end();
    Files.createFile(rig.ledger.resolve("repaired"));

    rig.agent().retry();
    PassResult again = rig.pass();

    assertThat(again.state()).as(again.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.lines("prepared")).hasSize(2);
  }

  @Test
  void anotherPreparationOfTheSameFilesIsAnotherReleaseAndNoRestart() throws IOException {
    rig.push(rig.first());
    Path before = rig.current();
    prepare(": > \"$PULLCORD_BUILD/new\"");

    PassResult result = rig.push(rig.first());

    assertThat(result.state()).as(result.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.current()).isNotEqualTo(before);
    assertThat(build().resolve("new")).exists();
    assertThat(rig.lines("starts")).hasSize(1);
  }
}

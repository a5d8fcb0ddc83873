package dev.pullcord.agent.worker.kind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.fake.FakeRunner;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.history.WorkerDefinition;
import dev.pullcord.agent.rig.Rig;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.read.ManifestParser;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A kind of worker is added in three places: a record of {@code Work}, its reader, and its {@code
 * WorkerKind}. This one is {@code lantern}, from the text of a manifest to a worker that hands over
 * and is found again.
 */
class NewKindTest {
  private static final String MANIFEST =
      """
      version: 1
      bundles:
        search: {paths: [search/], on-change: nothing}
        tasks: {paths: [tasks/, bin/]}
      workers:
        grep: {kind: lantern, lantern: [bin/worker], env: {LEDGER: %s}}
      """;

  @TempDir private Path temp;

  private static ManifestResult read(String text) {
    return ManifestParser.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  private static CommitId commit(Rig rig, String task) {
    Manifest manifest = ((ManifestResult.Valid) read(MANIFEST.formatted(rig.ledger))).manifest();
    Map<String, String> files = rig.files();
    files.put("tasks/task", task);
    return rig.source.commit(manifest, files);
  }

  @Test
  void runsAndHandsOverAndIsFoundAgain() throws IOException {
    LanternKind kind = new LanternKind();
    try (Rig rig = new Rig(temp)) {
      rig.kinds = Map.of(LanternWork.class, kind);

      assertThat(rig.push(commit(rig, "one")).state()).isEqualTo(NodeState.CONVERGED);
      rig.await(() -> living(rig).size() == 1);
      List<Long> first = rig.living();

      assertThat(rig.push(commit(rig, "two")).state()).isEqualTo(NodeState.CONVERGED);
      assertThat(kind.asked)
          .containsExactly(
              "look before", "ready 1", "from [] to 1", "look before", "ready 2", "from [1] to 2");
      rig.await(() -> living(rig).size() == 1 && !living(rig).equals(first));
      List<Long> second = rig.living();

      rig.end();
      assertThat(rig.pass().state()).isEqualTo(NodeState.CONVERGED);
      assertThat(rig.living()).isEqualTo(second);
      WorkerDefinition kept = rig.history().activeRelease().orElseThrow().workers().get("grep");
      assertThat(Objects.requireNonNull(kept).spec().work())
          .isEqualTo(new LanternWork(List.of("bin/worker")));
    }
  }

  @Test
  void mayHaveARunnerOfItsOwn() throws IOException {
    RunnerName name = new RunnerName("LANTERN");
    FakeRunner runner = new FakeRunner();
    try (Rig rig = new Rig(temp)) {
      rig.kinds = Map.of(LanternWork.class, new LanternKind(name));
      rig.runners = Map.of(name, runner);

      assertThat(rig.push(commit(rig, "one")).state()).isEqualTo(NodeState.CONVERGED);
      rig.end();
      assertThat(rig.pass().state()).isEqualTo(NodeState.CONVERGED);
      assertThat(runner.living).hasSize(1);
      assertThat(rig.history().generations().values())
          .extracting(Generation::runner)
          .containsExactly(name);
      assertThat(Objects.requireNonNull(rig.agent().status().workers().get("grep")).proof())
          .as("a runner that knows its process has it shown")
          .startsWith("pid 1001 started ");
    }
  }

  @Test
  void refusesItsKeysAtAnotherKind() {
    String other = MANIFEST.formatted(temp).replace("kind: lantern,", "kind: process, run: [a],");

    assertThat(read(other))
        .isInstanceOfSatisfying(
            ManifestResult.Invalid.class,
            invalid ->
                assertThat(invalid.problems().getFirst().text())
                    .contains("lantern is for kind: lantern; take it out"));
  }

  private static List<Long> living(Rig rig) {
    try {
      return rig.living();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

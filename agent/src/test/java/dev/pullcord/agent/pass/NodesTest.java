package dev.pullcord.agent.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.rig.Rig;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.read.ManifestParser;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node runs follows from its labels, without a commit. */
class NodesTest {
  private static final Map<String, String> GPU = Map.of("role", "gpu");
  private static final Map<String, String> BEAT = Map.of("role", "beat");

  @TempDir Path temp;
  private Rig rig;

  @BeforeEach
  void open() throws IOException {
    rig = new Rig(temp);
  }

  @AfterEach
  void close() throws IOException {
    Files.deleteIfExists(rig.ledger.resolve("linger"));
    rig.close();
  }

  /** {@code grep} everywhere, {@code beat} on one node, and {@code nodes} as given. */
  private CommitId commit(String beat, String nodes) {
    String yaml =
        """
        version: 1
        bundles: {tasks: {paths: [tasks/, bin/]}}
        workers:
          grep: {kind: process, run: [bin/worker], env: {LEDGER: "%1$s"}, health: %2$s}
          beat: {kind: process, run: [bin/worker], env: {LEDGER: "%1$s"}, health: %2$s, %3$s}
        %4$s
        """
            .formatted(
                rig.ledger,
                "{kind: command, every: 20ms, run: [sh, -c,"
                    + " '[ -e \"$LEDGER/ready.$PULLCORD_GENERATION\" ]']}",
                beat,
                nodes);
    return rig.source.commit(
        ((ManifestResult.Valid) ManifestParser.parse(yaml.getBytes(StandardCharsets.UTF_8)))
            .manifest(),
        rig.files());
  }

  private CommitId commit() {
    return commit(
        "nodes: {role: beat}",
        "nodes: [{match: {role: gpu}, workers: {grep: {env: {MODE: fast}}}}]");
  }

  private PassResult labelled(Map<String, String> labels) {
    rig.decisions.label(labels);
    return rig.agent().runOnce();
  }

  private List<GenerationStatus> generations(String worker) {
    return Objects.requireNonNull(rig.agent().status().workers().get(worker)).generations();
  }

  private long pid(String worker) {
    return generations(worker).getFirst().pid();
  }

  @Test
  void givingALabelStartsTheWorkerAndRemovingItDrainsAndStopsIt() throws IOException {
    rig.push(commit());
    assertThat(rig.agent().status().workers()).containsOnlyKeys("grep");
    long grep = pid("grep");

    PassResult given = labelled(BEAT);

    assertThat(given.state()).as(given.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.agent().status().workers()).containsOnlyKeys("grep", "beat");
    assertThat(rig.agent().status().labels()).isEqualTo(BEAT);
    long beat = pid("beat");

    PassResult taken = labelled(Map.of());

    assertThat(taken.state()).as(taken.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.agent().status().workers()).containsOnlyKeys("grep");
    assertThat(rig.lines("terms")).containsExactly(Long.toString(beat));
    assertThat(pid("grep")).as("the other one went on").isEqualTo(grep);
  }

  @Test
  void anOverrideRestartsTheWorkerThatItChanges() throws IOException {
    rig.push(commit());
    rig.decisions.label(BEAT);
    rig.pass();
    long grep = pid("grep");

    PassResult result = labelled(GPU);

    assertThat(result.state()).as(result.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(pid("grep")).isNotEqualTo(grep);
    assertThat(Files.readString(Path.of("/proc/" + pid("grep") + "/environ")))
        .contains("MODE=fast");
  }

  @Test
  void aLabelThatTheManifestDoesNotKnowIsTakenUpAndChangesNothing() throws IOException {
    rig.push(commit());
    long grep = pid("grep");

    PassResult result = labelled(Map.of("dc", "north"));

    assertThat(result.state()).isEqualTo(NodeState.CONVERGED);
    assertThat(pid("grep")).isEqualTo(grep);
    assertThat(rig.agent().status().labels()).isEqualTo(Map.of("dc", "north"));
    assertThat(rig.history().releases()).hasSize(1);
  }

  @Test
  void whatRunsIsKnownAfterARestartWithoutTheSource() throws IOException {
    rig.push(commit());
    labelled(BEAT);
    rig.end();
    rig.source.away = "no route to host";

    PassResult result = rig.pass();

    assertThat(result.state()).as(result.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.lines("starts")).hasSize(2);
  }

  @Test
  void aWorkerThatFailsWithALabelIsTakenBackAndAnotherLabelEndsTheQuarantine() throws IOException {
    rig.push(
        commit(
            "nodes: {role: beat}",
            "nodes: [{match: {role: gpu}, workers: {grep: {run: [sh, -c, exit 3]}}}]"));

    PassResult bad = labelled(GPU);
    PassResult good = labelled(BEAT);

    assertThat(bad.state()).isEqualTo(NodeState.ROLLED_BACK);
    assertThat(good.state()).as(good.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.agent().status().workers()).containsOnlyKeys("grep", "beat");
  }

  @Test
  void entriesThatDoNotGoTogetherOnThisNodeAreRefusedWithTheirPlace() throws IOException {
    rig.push(
        commit(
            "nodes: {role: beat}",
            """
            nodes:
              - {match: {role: gpu}, workers: {grep: {health: {every: 20s}}}}
              - {match: {dc: north}, workers: {grep: {health: {times: 4}}}}
            """));

    PassResult result = labelled(Map.of("role", "gpu", "dc", "north"));

    assertThat(result.state()).isEqualTo(NodeState.ROLLED_BACK);
    assertThat(result.reason())
        .contains("pullcord.yaml:8:")
        .contains("nodes[1].workers.grep.health: it can never pass");
  }

  @Test
  void aWorkerThatOverlapsAndIsNotWantedAnyMoreDrainsAndNobodyWaits() throws IOException {
    rig.push(commit("restart: overlap", ""));
    long beat = pid("beat");
    Files.createFile(rig.ledger.resolve("linger"));

    PassResult renamed = rig.push(commit("restart: overlap, nodes: {role: beat}", ""));

    assertThat(renamed.state()).as(renamed.reason()).isEqualTo(NodeState.CONVERGED);
    rig.await(() -> lines("terms").contains(Long.toString(beat)));
    assertThat(generations("beat"))
        .extracting(GenerationStatus::phase)
        .containsExactly(GenerationPhase.DRAINING);
    Files.delete(rig.ledger.resolve("linger"));
    rig.await(() -> {
      rig.pass();
      return !rig.agent().status().workers().containsKey("beat");
    });
  }

  private List<String> lines(String file) {
    try {
      return rig.lines(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}

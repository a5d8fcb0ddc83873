package dev.pullcord.agent.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvergingAgentTest {
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

  @Test
  void bringsTheFirstCommitToLife() throws IOException {
    CommitId first = rig.first();

    PassResult result = rig.push(first);

    assertThat(result.reason()).isEqualTo("runs " + first.abbreviated());
    assertThat(result.state()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.released("search/one")).isEqualTo("first pattern\n");
    assertThat(rig.lines("starts")).hasSize(1);
    assertThat(rig.living()).hasSize(1);
    assertThat(rig.reports.steps())
        .extracting(StepRecord::kind)
        .containsExactly(
            StepRecord.Kind.FETCH,
            StepRecord.Kind.STAGE,
            StepRecord.Kind.CHECK,
            StepRecord.Kind.SWITCH,
            StepRecord.Kind.START,
            StepRecord.Kind.HEALTH);
    assertThat(rig.agent().status().appliedCommit()).isEqualTo(first);
    assertThat(rig.agent().status().workers().get("grep").proof()).startsWith("pid ");
    assertThat(Files.exists(rig.current().resolve("README"))).isFalse();
  }

  @Test
  void aSearchOnlyCommitTouchesNoWorker() throws IOException {
    rig.push(rig.first());
    CommitId second = rig.commit("search/one", "better pattern\n");

    PassResult result = rig.push(second);

    assertThat(result.state()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.released("search/one")).isEqualTo("better pattern\n");
    assertThat(rig.lines("starts")).hasSize(1);
    assertThat(rig.lines("terms")).isEmpty();
  }

  @Test
  void aTaskCommitRestartsTheWorkerOnce() throws IOException {
    rig.push(rig.first());
    CommitId second = rig.commit("tasks/task", "a better task\n");

    PassResult result = rig.push(second);

    assertThat(result.state()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.lines("starts")).hasSize(2);
    assertThat(rig.lines("starts").getLast()).endsWith(second.value());
    assertThat(rig.lines("terms")).hasSize(1);
    assertThat(rig.living()).hasSize(1);
  }
}

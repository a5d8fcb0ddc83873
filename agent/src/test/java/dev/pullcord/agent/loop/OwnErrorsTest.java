package dev.pullcord.agent.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.fake.FakeKind;
import dev.pullcord.agent.fake.FakeRunner;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.rig.Rig;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An error in the agent's own code is said, and never hidden behind the state from before it. */
class OwnErrorsTest {
  @TempDir Path temp;
  private final FakeKind kind = new FakeKind();
  private Rig rig;

  @BeforeEach
  void open() throws IOException {
    rig = new Rig(temp);
    rig.kinds = Map.of(Work.Process.class, kind);
    rig.runners = Map.of(RunnerName.PROCESS, new FakeRunner());
  }

  @AfterEach
  void close() throws IOException {
    rig.close();
  }

  private CommitId commit() {
    return rig.source.commit(rig.manifest(Map.of(), List.of("true"), Rig.WELL_WITHIN), rig.files());
  }

  @Test
  void aPassThatEndsInAnErrorOfTheAgentItselfIsShownAndReported() throws IOException {
    assertThat(rig.push(commit()).state()).isEqualTo(NodeState.CONVERGED);
    kind.bug = new IllegalStateException("a planted bug\nin two lines");

    rig.agent().start();
    rig.await(() -> rig.agent().status().state() == NodeState.FAILED);

    assertThat(rig.agent().status().reason())
        .contains("an error of the agent itself", "a planted bug", "again in 15 s")
        .doesNotContain("two lines");
    rig.await(() -> rig.reports.made.getLast().status().state() == NodeState.FAILED);

    kind.bug = null;
    rig.agent().raise(Trigger.TICK);
    rig.await(() -> rig.agent().status().state() == NodeState.CONVERGED);
  }
}

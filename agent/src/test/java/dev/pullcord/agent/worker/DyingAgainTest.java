package dev.pullcord.agent.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.fake.FakeKind;
import dev.pullcord.agent.fake.FakeRunner;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.rig.Rig;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that dies again and again, minutes apart, over whole passes. */
class DyingAgainTest {
  @TempDir Path temp;
  private final FakeRunner runner = new FakeRunner();
  private Rig rig;

  @BeforeEach
  void open() throws IOException {
    rig = new Rig(temp);
    rig.kinds = Map.of(Work.Process.class, new FakeKind());
    rig.runners = Map.of(RunnerName.PROCESS, runner);
  }

  @AfterEach
  void close() throws IOException {
    rig.close();
  }

  @Test
  void aWorkerThatDiesAfterEachStartIsNeverConvergedInBetween() throws IOException {
    PassResult first =
        rig.push(
            rig.source.commit(
                rig.manifest(Map.of(), List.of("true"), Rig.WELL_WITHIN), rig.files()));
    assertThat(first.state()).as(first.reason()).isEqualTo(NodeState.CONVERGED);

    for (int death = 1; death < 10; death++) {
      runner.living.clear();
      assertThat(rig.pass().state()).isEqualTo(NodeState.FAILED);
      rig.clockForward(Duration.ofSeconds(60));
      PassResult again = rig.pass();
      assertThat(runner.living).as("started after death " + death).hasSize(1);
      assertThat(again.state()).as(again.reason()).isEqualTo(NodeState.FAILED);
      rig.clockForward(Duration.ofSeconds(15));
      if (death > 1) {
        assertThat(rig.pass().state()).as("15 s after start " + death).isEqualTo(NodeState.FAILED);
      }
    }

    rig.clockForward(Duration.ofSeconds(60));
    assertThat(rig.pass().state()).isEqualTo(NodeState.CONVERGED);
  }
}

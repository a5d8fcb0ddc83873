package dev.pullcord.agent.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.agent.host.process.Detached;
import dev.pullcord.agent.loop.BoundaryCrashes.Scenario;
import dev.pullcord.agent.rig.Rig;
import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.DrainHook;
import dev.pullcord.protocol.manifest.DrainSpec;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An agent that ends at any boundary of its journal leaves something that the next one brings to
 * the same end: one complete release, one worker, one SIGTERM for each that ended. Last, the
 * harness is shown to notice: a journal that does not force, and a start that does not claim.
 */
class CrashAtEveryBoundaryTest {
  private static final Scenario FIRST =
      new Scenario(rig -> Optional.empty(), Rig::first, NodeState.CONVERGED, false);
  private static final Scenario SEARCH =
      new Scenario(
          rig -> Optional.of(rig.first()),
          rig -> rig.commit("search/one", "better\n"),
          NodeState.CONVERGED,
          false);

  /** As TASK, but the old one is told to take no more, and says once that it still holds work. */
  private static final Scenario HOOKED =
      new Scenario(
          rig -> {
            CommandSpec asks =
                new CommandSpec(
                    List.of("sh", "-c", "[ -e $LEDGER/told ] || { : > $LEDGER/told; exit 75; }"),
                    Duration.ofSeconds(5));
            rig.drain = new DrainSpec(8, DrainSpec.WhenFull.WAIT, null, new DrainHook(asks, null));
            return BoundaryCrashes.TASK.before().apply(rig);
          },
          BoundaryCrashes.TASK.push(),
          NodeState.CONVERGED,
          false);

  private static final Scenario BAD =
      new Scenario(
          rig -> Optional.of(rig.first()),
          rig -> rig.commit("bin/worker", "#!/bin/sh\necho \"$$ bad\" >> $LEDGER/starts\nexit 7\n"),
          NodeState.ROLLED_BACK,
          true);

  @TempDir Path temp;

  @Test
  void recoversTheFirstDeployment() throws IOException {
    assertThat(new BoundaryCrashes(temp).crashAtEach(FIRST, true, Detached::start))
        .isGreaterThan(10);
  }

  @Test
  void recoversASearchOnlyPush() throws IOException {
    assertThat(new BoundaryCrashes(temp).crashAtEach(SEARCH, true, Detached::start))
        .isGreaterThan(7);
  }

  @Test
  void recoversARestart() throws IOException {
    assertThat(new BoundaryCrashes(temp).crashAtEach(BoundaryCrashes.TASK, true, Detached::start))
        .isGreaterThan(15);
  }

  @Test
  void recoversADrainByAHook() throws IOException {
    assertThat(new BoundaryCrashes(temp).crashAtSome(HOOKED)).isGreaterThan(16);
  }

  @Test
  void recoversARollback() throws IOException {
    assertThat(new BoundaryCrashes(temp).crashAtSome(BAD)).isGreaterThan(20);
  }

  @Test
  void recoversARestartThatAnOperatorAskedFor() throws IOException {
    assertThat(new BoundaryCrashes(temp).crashAtSome(BoundaryCrashes.ORDERED)).isGreaterThan(8);
  }

  @Test
  void recoversARestartOfAUnit() throws IOException {
    assertThat(new BoundaryCrashes(temp).crashAtSome(BoundaryCrashes.TASK.underSystemd()))
        .isGreaterThan(15);
  }

  @Test
  void noticesAJournalThatIsNotForced() {
    assertThatThrownBy(() -> new BoundaryCrashes(temp).crashAtEach(BAD, false, Detached::start))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("quarantined is not tried again");
  }

  @Test
  void noticesAStartThatDoesNotClaim() {
    assertThatThrownBy(() ->
            new BoundaryCrashes(temp)
                .crashAtEach(BoundaryCrashes.TASK, true, CrashAtEveryBoundaryTest::forkUnclaimed))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("one worker");
  }

  /** Neither claims nor says whose it is. */
  private static Process forkUnclaimed(Detached.Spec spec) throws IOException {
    List<String> argv = new ArrayList<>(List.of("setsid"));
    argv.addAll(spec.run());
    ProcessBuilder builder =
        new ProcessBuilder(argv)
            .directory(spec.directory().toFile())
            .redirectErrorStream(true)
            .redirectOutput(spec.log().toFile());
    builder.environment().clear();
    builder.environment().putAll(spec.environment());
    // By this alone it would be found, and asked to end.
    builder.environment().remove("PULLCORD_CURRENT");
    return builder.start();
  }
}

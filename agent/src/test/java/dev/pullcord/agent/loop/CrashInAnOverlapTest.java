package dev.pullcord.agent.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.loop.BoundaryCrashes.Scenario;
import dev.pullcord.agent.rig.Rig;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * As {@link CrashAtEveryBoundaryTest}, where the newcomer starts beside the old one: nobody waits
 * for what retires, and somebody works all the while.
 */
class CrashInAnOverlapTest {
  /** The newcomer dies before the switch: the old one goes on as if nothing had been. */
  private static final Scenario OVERLAP_BAD =
      new Scenario(
          BoundaryCrashes.TASK.before(),
          rig -> rig.commit("bin/worker", "#!/bin/sh\necho \"$$ bad\" >> $LEDGER/starts\nexit 7\n"),
          NodeState.ROLLED_BACK,
          true,
          true);

  /** The newcomer gets ready, and is not well once it works: the old one gets the work back. */
  private static final Scenario OVERLAP_BACK =
      new Scenario(
          rig ->
              Optional.of(
                  rig.source.commit(fallible(rig, Duration.ofSeconds(20)), slow(rig, "good\n"))),
          rig -> rig.source.commit(fallible(rig, Duration.ofMillis(600)), slow(rig, "BAD\n")),
          NodeState.ROLLED_BACK,
          true,
          true);

  @TempDir Path temp;

  private static Manifest fallible(Rig rig, Duration deadline) {
    String wellUntilItWorks =
        """
        case $(readlink "$PULLCORD_CURRENT") in
        */current) ! grep -q BAD "$PULLCORD_CURRENT/tasks/task" ;;
        *) [ -e "$LEDGER/ready.$PULLCORD_GENERATION" ] ;;
        esac\
        """;
    return rig.manifest(Map.of(), List.of("sh", "-c", wellUntilItWorks), deadline);
  }

  private static Map<String, String> slow(Rig rig, String task) {
    Map<String, String> files = rig.files();
    files.put("bin/worker", Rig.SLOW);
    files.put("tasks/task", task);
    return files;
  }

  @Test
  void recoversAnOverlap() throws IOException {
    assertThat(new BoundaryCrashes(temp).crashAtSome(BoundaryCrashes.TASK.overlapping()))
        .isGreaterThan(23);
  }

  /** Twelve boundaries; ten where it is dead before its start is noted. */
  @Test
  void recoversFromANewcomerThatDies() throws IOException {
    assertThat(new BoundaryCrashes(temp).crashAtSome(OVERLAP_BAD)).isGreaterThanOrEqualTo(10);
  }

  @Test
  void recoversTheOldOneGettingItsWorkBack() throws IOException {
    assertThat(new BoundaryCrashes(temp).crashAtSome(OVERLAP_BACK)).isGreaterThan(30);
  }

  @Test
  void recoversAnOverlapThatAnOperatorAskedFor() throws IOException {
    assertThat(new BoundaryCrashes(temp).crashAtSome(BoundaryCrashes.ORDERED.overlapping()))
        .isGreaterThan(8);
  }

  @Test
  void recoversAnOverlapOfUnits() throws IOException {
    assertThat(
            new BoundaryCrashes(temp)
                .crashAtSome(BoundaryCrashes.TASK.overlapping().underSystemd()))
        .isGreaterThan(23);
  }
}

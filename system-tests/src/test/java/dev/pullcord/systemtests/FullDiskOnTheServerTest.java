package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.fleet.PushResult;
import dev.pullcord.demo.process.ProgramCall;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk of the server is full: it says so, blames nobody, and goes on when there is room. */
class FullDiskOnTheServerTest {
  private static final int MIB = 1 << 20;

  @TempDir Path directory;

  @Test
  void saysThatTheDiskIsFullAndHealsByItself() throws IOException {
    Path state = directory.resolve("fleet/server");
    try (SmallDisk disk = SmallDisk.mounted(state, "size=24m,mode=0700");
        LocalFleet fleet = Fleets.converged(directory.resolve("fleet"), 1)) {
      // Room for the push to begin, and not to end.
      disk.fill(6 * MIB);
      refused(fleet.push(Map.of("search/large", noise(8 * MIB)), "Large"));

      disk.fill(0);
      fleet.workTree().git("reset", "--hard", "--quiet", "HEAD~1");
      refused(fleet.push(SmallWork.search("WARN"), "Small"));
      assertThat(fleet.api().isReady()).isFalse();
      ProgramCall.Result pinned =
          fleet.cli("pin", "node-1", "main", "--for", "1h", "--reason", noise(400));
      assertThat(pinned.output()).doesNotContain("INTERNAL");
      assertThat(fleet.isServerAlive()).isTrue();

      disk.empty();
      Eventually.within(Duration.ofSeconds(60)).isTrue("ready again", fleet.api()::isReady);
      PushResult after = fleet.push(SmallWork.search("FATAL"), "There is room");
      assertThat(after.converged()).as(after.output()).isTrue();
      assertThat(fleet.cli("audit").output()).doesNotContain("OBJECT_INVALID");
    }
  }

  private static void refused(PushResult push) {
    assertThat(push.exit()).as(push.output()).isNotZero();
    assertThat(push.output())
        .contains("DISK_FULL")
        .doesNotContain("OBJECT_INVALID", "INTERNAL", "REF_LOCK");
  }

  /** What does not get smaller when it is packed. */
  private static String noise(int length) {
    byte[] bytes = new byte[length * 3 / 4];
    new SplittableRandom(7).nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }
}

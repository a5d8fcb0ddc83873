package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.fleet.PushResult;
import dev.pullcord.demo.process.ProgramCall;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.Needs;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
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
    Needs.root("a file system of its own that can be filled");
    Needs.tool("git");
    Path state = Files.createDirectories(directory.resolve("fleet/server"));
    run("mount", "-t", "tmpfs", "-o", "size=24m,mode=0700", "none", state.toString());
    try (LocalFleet fleet = Fleets.converged(directory.resolve("fleet"), 1)) {
      // Room for the push to begin, and not to end.
      fill(state, 6 * MIB);
      refused(fleet.push(Map.of("search/large", noise(8 * MIB)), "Large"));

      fill(state, 0);
      fleet.workTree().git("reset", "--hard", "--quiet", "HEAD~1");
      refused(fleet.push(SmallWork.search("WARN"), "Small"));
      assertThat(fleet.api().isReady()).isFalse();
      ProgramCall.Result pinned =
          fleet.cli("pin", "node-1", "main", "--for", "1h", "--reason", noise(400));
      assertThat(pinned.output()).doesNotContain("INTERNAL");
      assertThat(fleet.isServerAlive()).isTrue();

      Files.delete(state.resolve("fill"));
      Eventually.within(Duration.ofSeconds(20)).isTrue("ready again", fleet.api()::isReady);
      PushResult after = fleet.push(SmallWork.search("FATAL"), "There is room");
      assertThat(after.converged()).as(after.output()).isTrue();
      assertThat(fleet.cli("audit").output()).doesNotContain("OBJECT_INVALID");
    } finally {
      run("umount", "-l", state.toString());
    }
  }

  private static void refused(PushResult push) {
    assertThat(push.exit()).as(push.output()).isNotZero();
    assertThat(push.output())
        .contains("DISK_FULL")
        .doesNotContain("OBJECT_INVALID", "INTERNAL", "REF_LOCK");
  }

  /** Leaves so much room, as the file system counts it. */
  private static void fill(Path state, int left) throws IOException {
    FileStore store = Files.getFileStore(state);
    byte[] piece = new byte[64 << 10];
    try (OutputStream out =
        Files.newOutputStream(
            state.resolve("fill"),
            java.nio.file.StandardOpenOption.CREATE,
            java.nio.file.StandardOpenOption.APPEND)) {
      while (store.getUsableSpace() > left) {
        out.write(piece, 0, (int) Math.min(piece.length, store.getUsableSpace() - left));
      }
    }
  }

  /** What does not get smaller when it is packed. */
  private static String noise(int length) {
    byte[] bytes = new byte[length * 3 / 4];
    new SplittableRandom(7).nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  private void run(String... argv) {
    ProgramCall.of(directory, Map.of(), List.of(argv)).runOrFail();
  }
}

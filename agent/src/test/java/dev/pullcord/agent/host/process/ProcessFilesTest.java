package dev.pullcord.agent.host.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What real processes have in use. */
class ProcessFilesTest {
  @TempDir Path temp;

  private Path release(String name) throws IOException {
    Path directory = Files.createDirectories(temp.resolve("releases").resolve(name).resolve("sub"));
    return Files.writeString(directory.resolve("file"), "x".repeat(5000));
  }

  @Test
  void seesWhatIsOpenMappedOrWorkedIn() throws IOException, InterruptedException {
    Path open = release("1-open");
    Path mapped = release("2-mapped");
    release("3-worked");
    Path gone = release("4-gone");
    release("5-unused");
    Process sleeper =
        new ProcessBuilder("sleep", "60")
            .directory(temp.resolve("releases/3-worked/sub").toFile())
            .start();
    try (InputStream in = Files.newInputStream(open);
        InputStream deleted = Files.newInputStream(gone);
        FileChannel channel = FileChannel.open(mapped)) {
      var map = channel.map(FileChannel.MapMode.READ_ONLY, 0, 5000);
      Files.delete(gone);

      ProcessFiles files = ProcessFiles.below(temp.resolve("releases"));

      assertThat(files.names())
          .containsExactlyInAnyOrder("1-open", "2-mapped", "3-worked", "4-gone");
      assertThat(files.sessions()).containsKeys(sleeper.pid(), ProcessHandle.current().pid());
      assertThat(files.hides(sleeper.pid())).isFalse();
      assertThat(map.get(0)).isEqualTo((byte) 'x');
      assertThat(in.read()).isEqualTo('x');
      assertThat(deleted.read()).isEqualTo('x');
    } finally {
      sleeper.destroyForcibly().waitFor();
    }
  }

  @Test
  void whatCannotBeReadIsHiddenAndSoIsWhatItStarted() throws IOException {
    Path proc = temp.resolve("proc");
    process(proc, 10, 1, 10);
    Path closed = process(proc, 11, 10, 11);
    Files.delete(closed.resolve("maps"));
    Files.createDirectory(closed.resolve("maps"));
    process(proc, 12, 1, 12);

    ProcessFiles files = ProcessFiles.below(proc, temp);

    assertThat(files.hidden()).containsExactly(11L);
    assertThat(files.hides(10)).as("started it").isTrue();
    assertThat(files.hides(12)).isFalse();
    assertThat(files.hides(13)).as("is not to be seen").isTrue();
  }

  @Test
  void aListOfMemoryIsReadToItsEndAndNeverHeldAsAWhole() throws IOException {
    Path proc = temp.resolve("proc");
    Path maps = process(proc, 10, 1, 10).resolve("maps");
    String line = "7f00-7f01 r--p 00000000 08:01 7  " + temp.toRealPath().resolve("1-%s/a") + "\n";
    long size = 16 << 20;
    try (RandomAccessFile file = new RandomAccessFile(maps.toFile(), "rw")) {
      file.writeBytes(line.formatted("first"));
      file.seek(size); // nothing in between: it takes no disk
      file.writeBytes("\n" + line.formatted("last"));
    }
    ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    long before = threads.getCurrentThreadAllocatedBytes();

    ProcessFiles files = ProcessFiles.below(proc, temp);

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(size / 4);
    assertThat(files.names()).containsExactlyInAnyOrder("1-first", "1-last");
  }

  private static Path process(Path proc, long pid, long parent, long session) throws IOException {
    Path home = Files.createDirectories(proc.resolve(Long.toString(pid)));
    Files.writeString(
        home.resolve("stat"), pid + " (a) b) S " + parent + " 1 " + session + " 0 0\n");
    Files.createDirectory(home.resolve("fd"));
    Files.writeString(home.resolve("maps"), "");
    return home;
  }
}

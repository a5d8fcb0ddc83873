package dev.pullcord.server.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.id.ReportNumber;
import dev.pullcord.server.store.Store;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 of a program that writes: what it acknowledged is there. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class StoreKillTest {
  private static final int KILLS = Boolean.getBoolean("pullcord.full") ? 100 : 3;
  private static final int PLANTED_KILLS = 20;

  @TempDir Path directory;

  @Test
  void nothingAcknowledgedIsLostOverKills() throws Exception {
    Random random = new Random(2026);
    Path file = directory.resolve("store.db");
    for (int i = 1; i <= KILLS; i++) {
      long acknowledged = killAfter(file, i, random.nextInt(800), "late");
      assertThat(newestStored(file, i)).as("kill " + i).isGreaterThanOrEqualTo(acknowledged);
    }
  }

  @Test
  void acknowledgingBeforeTheCommitIsCaught() throws Exception {
    Random random = new Random(2026);
    Path file = directory.resolve("store.db");
    boolean caught = false;
    for (int i = 1; i <= PLANTED_KILLS && !caught; i++) {
      long acknowledged = killAfter(file, i, random.nextInt(800), "early");
      caught = newestStored(file, i) < acknowledged;
    }
    assertThat(caught).as("lost what was acknowledged within " + PLANTED_KILLS).isTrue();
  }

  /** Kills the child when it has acknowledged so many, and returns the last it acknowledged. */
  private static long killAfter(Path file, int epoch, int count, String mode)
      throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                List.of(
                    System.getProperty("java.home") + "/bin/java",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    KilledWriter.class.getName(),
                    file.toString(),
                    String.valueOf(epoch),
                    mode))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    long last = 0;
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
      String line = out.readLine();
      assertThat(line).isEqualTo("ready");
      boolean killed = false;
      // What it wrote before it died is still in the pipe, and was acknowledged too.
      while ((line = out.readLine()) != null) {
        last = whole(line, last);
        if (!killed && last >= count) {
          // Process.destroyForcibly would close the pipe as well.
          child.toHandle().destroyForcibly();
          killed = true;
        }
      }
    } finally {
      child.destroyForcibly();
      assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
    return last;
  }

  /** The kill may have cut the last line short; then its number is a smaller one. */
  private static long whole(String line, long last) {
    return line.isEmpty() ? last : Math.max(last, Long.parseLong(line));
  }

  private static long newestStored(Path file, int epoch) {
    try (Store store = SqliteStore.open(file)) {
      return store.read(t -> t.reports().numbers(KilledWriter.NODE)).stream()
          .filter(n -> n.epoch() == epoch)
          .mapToLong(ReportNumber::n)
          .max()
          .orElse(0);
    }
  }
}

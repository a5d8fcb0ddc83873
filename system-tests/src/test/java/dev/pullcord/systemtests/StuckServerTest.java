package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.Needs;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store cannot be written: the server says that it is not ready, and still ends in time. */
class StuckServerTest {
  /** Takes the place of the writer until its standard input is closed. */
  private static final String HOLDER =
      "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
          + " c.execute('begin immediate'); print('held', flush=True); sys.stdin.read()";

  @TempDir Path directory;

  @Test
  void isNotReadyWhileItsWriterHangsAndEndsAllTheSame() throws IOException {
    Needs.tool("python3");
    try (LocalFleet fleet = Fleets.started(directory.resolve("fleet"), 1)) {
      assertThat(fleet.api().isReady()).isTrue();
      Path store = fleet.serverState().resolve("store.db");
      Process holder = new ProcessBuilder("python3", "-c", HOLDER, store.toString()).start();
      try (BufferedReader said = holder.inputReader()) {
        assertThat(said.readLine()).isEqualTo("held");

        Eventually.within(Duration.ofSeconds(60)).isTrue("not ready", () -> !fleet.api().isReady());
        long began = System.nanoTime();
        fleet.stopServer();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(40));
        assertThat(Files.readString(directory.resolve("fleet/server.log")))
            .contains("store's writer is stuck");
      } finally {
        holder.destroyForcibly();
      }
      fleet.startServer();
      assertThat(fleet.api().isReady()).isTrue();
    }
  }
}

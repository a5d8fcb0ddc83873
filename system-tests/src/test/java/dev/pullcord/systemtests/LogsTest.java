package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.process.ProgramCall;
import dev.pullcord.testkit.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a worker says reaches whoever asks, and goes on into its next generation. */
class LogsTest {
  @TempDir Path directory;

  @Test
  void followsAWorkerIntoItsNextGenerationAndSaysWhenANodeIsAway() {
    try (LocalFleet fleet = Fleets.converged(directory.resolve("fleet"), 1)) {
      fleet.push(says("the first generation"), "Say something");

      ProgramCall.Result last = fleet.cli("logs", "node-1", "grep", "-n", "1");
      assertThat(last.output()).isEqualTo("this is the first generation");
      assertThat(last.exit()).isZero();
      ProgramCall.Result typo = fleet.cli("logs", "node-1", "grpe");
      assertThat(typo.exit()).isEqualTo(4);
      assertThat(typo.output()).contains("has no worker", "did you mean grep?");

      List<String> lines = new CopyOnWriteArrayList<>();
      CompletableFuture<ProgramCall.Result> following =
          CompletableFuture.supplyAsync(() -> fleet.cli(lines::add, "logs", "node-1", "-f"));
      Eventually.within(Duration.ofSeconds(60))
          .until("the first line", () -> lines, l -> l.contains("this is the first generation"));
      fleet.push(says("the second generation"), "Say something else");
      Eventually.within(Duration.ofSeconds(60))
          .until("the second line", () -> lines, l -> l.contains("this is the second generation"));
      assertThat(following).isNotDone();

      fleet.agent(0).stop();
      ProgramCall.Result away = fleet.cli("logs", "node-1");
      assertThat(away.exit()).isEqualTo(4);
      assertThat(away.output()).contains("pullcord why node-1");
    }
  }

  private static Map<String, String> says(String what) {
    String worker = SmallWork.task(what).get("tasks/worker");
    return Map.of("tasks/worker", "echo this is " + what + "\n" + worker);
  }
}

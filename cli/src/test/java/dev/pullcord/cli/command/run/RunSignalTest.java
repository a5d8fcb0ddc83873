package dev.pullcord.cli.command.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.fake.FakeServer;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.action.RunState;
import dev.pullcord.protocol.action.RunView;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.Needs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How following a run ends when a signal ends it, in a process of its own. */
class RunSignalTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** What runs in the background of a script ignores some signals, and would hand that down. */
  private static final String WITH_ALL_SIGNALS =
      """
      import os, signal, sys
      for one in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
          signal.signal(one, signal.SIG_DFL)
      os.execv(sys.argv[1], sys.argv[1:])
      """;

  @TempDir Path home;

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM", "HUP"})
  void aSignalIsNoSuccessOfTheRun(String signal) throws Exception {
    try (FakeServer server = new FakeServer()) {
      Instant at = Instant.parse("2026-01-01T12:00:00Z");
      RunView run =
          new RunView(
              7,
              "clear",
              Map.of(),
              RunState.RUNNING,
              "ann",
              at,
              null,
              new RunView.Terms(null, 1, null, at),
              null,
              List.of());
      server.odd("/api/v1/runs/7", 200, "application/json", PullcordJson.write(run));
      server.hangs("/api/v1/runs/7/events");
      Process following = start(server);
      Eventually.within(LIMIT)
          .isTrue(
              "it follows",
              () -> server.requests().stream().anyMatch(r -> r.endsWith("/runs/7/events")));
      String kill = Needs.tool("kill").toString();
      String pid = Long.toString(following.pid());
      assertThat(new ProcessBuilder(kill, "-s", signal, pid).start().waitFor()).isZero();
      String said = new String(following.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(following.waitFor()).as(said).isEqualTo(130);
      assertThat(said).contains("run 7 goes on; follow it: pullcord runs show 7");
    }
  }

  private Process start(FakeServer server) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder builder =
        new ProcessBuilder(
                Needs.tool("python3").toString(),
                "-c",
                WITH_ALL_SIGNALS,
                java,
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.pullcord.cli.Main",
                "runs",
                "show",
                "7")
            .redirectErrorStream(true);
    builder
        .environment()
        .putAll(
            Map.of(
                "HOME",
                home.toString(),
                "PULLCORD_URL",
                server.url(),
                "PULLCORD_TOKEN",
                FakeServer.TOKEN));
    return builder.start();
  }
}

package dev.pullcord.agent.worker.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.fake.FakeSystemd;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.manifest.read.ManifestParser;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredecessorsTest {
  private static final String OLD = "celeryd.service";
  private static final String WORKER =
      "trap 'echo $$ >> %1$s/terms; asked=1' TERM\n"
          + ": > %1$s/began\n"
          + "while [ -z \"$asked\" ] || [ -e %1$s/linger ]; do sleep 0.02 & wait $!; done\n";

  @TempDir Path temp;

  private StateDirectory directory;
  private FakeSystemd systemd;
  private Predecessors predecessors;

  @BeforeEach
  void itWorks() throws Exception {
    directory = StateDirectory.open(temp.resolve("state"));
    systemd = new FakeSystemd(Files.createDirectory(temp.resolve("systemd")), directory.root());
    predecessors = new Predecessors(new Units(directory, HostClock.system(), systemd.manager()));
    systemd.service(OLD, WORKER.formatted(temp));
    systemd.systemctl("start", OLD);
    Eventually.within(Duration.ofSeconds(60))
        .isTrue("it began", () -> Files.exists(temp.resolve("began")));
  }

  @AfterEach
  void close() throws Exception {
    systemd.systemctl("stop", OLD);
    Eventually.within(Duration.ofSeconds(60)).isTrue("it ended", systemd::idle);
    directory.close();
  }

  private static WorkerSpec worker() {
    String yaml =
        """
        version: 1
        bundles: {all: {paths: [tasks/]}}
        workers: {grep: {kind: celery, app: tasks.app, replaces: [gone.service, celeryd.service]}}
        """;
    return Objects.requireNonNull(
        ((ManifestResult.Valid) ManifestParser.parse(yaml.getBytes(StandardCharsets.UTF_8)))
            .manifest()
            .workers()
            .get("grep"));
  }

  @Test
  void eachIsDisabledAndAskedToEndAndThatIsSaid() throws IOException {
    Files.createFile(temp.resolve("linger"));

    StepResult result = predecessors.end(worker());

    assertThat(result.succeeded()).as(result.reason()).isTrue();
    assertThat(result.output())
        .startsWith("gone.service: not on this node\ncelery")
        .containsPattern("celeryd.service: disabled, asked to end \\(MainPID [1-9]");
    assertThat(systemd.enabled(OLD)).isFalse();
    Files.delete(temp.resolve("linger"));
    Eventually.within(Duration.ofSeconds(60)).isTrue("it ended", systemd::idle);
    assertThat(predecessors.end(worker()).output())
        .endsWith("celeryd.service: has ended before, and no boot starts it");
    assertThat(temp.resolve("terms")).content().hasLineCount(1);
  }

  @Test
  void oneThatMayNotBeDisabledIsNotStoppedEither() throws IOException {
    systemd.refuse("disable");

    StepResult result = predecessors.end(worker());

    assertThat(result.outcome()).isEqualTo(StepRecord.Outcome.ENVIRONMENT_FAULT);
    assertThat(result.reason())
        .startsWith("worker grep: replaces: systemctl disable celeryd.service: ")
        .endsWith("a boot would bring it back: as root, once, systemctl disable celeryd.service");
    assertThat(temp.resolve("terms")).doesNotExist();
  }

  @Test
  void oneThatMayNotBeStoppedSaysWhatToAllow() throws IOException {
    systemd.refuse("stop");

    StepResult result = predecessors.end(worker());

    assertThat(result.reason()).contains("polkit has to let the agent's user stop celeryd.service");
    systemd.allow("stop");
  }
}

package dev.pullcord.protocol.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.CommandsSpec;
import dev.pullcord.protocol.manifest.HealthCheck;
import dev.pullcord.protocol.manifest.HealthSpec;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WorkerIdentityTest {
  private static final ReleaseFile TASK =
      new ReleaseFile("tasks/grep.py", "100644", "aa".repeat(20));
  private static final ReleaseFile TOOL = new ReleaseFile("bin/grep", "100755", "bb".repeat(20));
  private static final List<ReleaseFile> FILES = List.of(TASK, TOOL);
  private static final List<String> RUN = List.of("bin/grep", "-v");
  private static final WorkerSpec WORKER = worker("grep", RUN, Map.of("CORPUS", "/srv"), null);

  @Test
  void isTheSameInEveryVersion() {
    assertThat(WorkerIdentity.of(WORKER, FILES, null).value())
        .as("a change here restarts every worker of every fleet at the upgrade")
        .isEqualTo("21f1e4bdbe008fe8129d6ff762479d43a5308fa405d79243e9143f0046ea8837");
  }

  @Test
  void doesNotDependOnAnyOrder() {
    Map<String, String> forth = new LinkedHashMap<>();
    forth.put("A", "1");
    forth.put("B", "2");
    Map<String, String> back = new LinkedHashMap<>();
    back.put("B", "2");
    back.put("A", "1");

    assertThat(WorkerIdentity.of(worker("w", List.of("x"), forth, null), List.of(TASK, TOOL), null))
        .isEqualTo(
            WorkerIdentity.of(worker("w", List.of("x"), back, null), List.of(TOOL, TASK), null));
  }

  @Test
  void changesWithEveryInput() {
    List<String> run = RUN;
    Map<String, String> env = WORKER.env();
    assertThat(
            List.of(
                WorkerIdentity.of(WORKER, FILES, null),
                WorkerIdentity.of(worker("grep", List.of("bin/grep"), env, null), FILES, null),
                WorkerIdentity.of(worker("grep", List.of("bin/grep-v"), env, null), FILES, null),
                WorkerIdentity.of(
                    worker("grep", List.of("-v", "bin/grep"), env, null), FILES, null),
                WorkerIdentity.of(worker("grep", run, Map.of(), null), FILES, null),
                WorkerIdentity.of(
                    worker("grep", run, Map.of("CORPUS", "/srv2"), null), FILES, null),
                WorkerIdentity.of(worker("grep", run, Map.of("CORPU", "S/srv"), null), FILES, null),
                WorkerIdentity.of(WORKER, List.of(), null),
                WorkerIdentity.of(WORKER, List.of(TASK), null),
                WorkerIdentity.of(WORKER, List.of(TASK, withPath("bin/grep2")), null),
                WorkerIdentity.of(WORKER, List.of(TASK, withMode("100644")), null),
                WorkerIdentity.of(WORKER, List.of(TASK, withId("cc".repeat(20))), null),
                WorkerIdentity.of(WORKER, FILES, "a"),
                WorkerIdentity.of(WORKER, FILES, "b")))
        .doesNotHaveDuplicates();
  }

  @Test
  void changesWithThePathOfTheEnvironmentFile() {
    assertThat(
            Set.of(
                WorkerIdentity.of(WORKER, FILES, null),
                WorkerIdentity.of(withEnvFile("/etc/a.env"), FILES, null),
                WorkerIdentity.of(withEnvFile("/etc/b.env"), FILES, null)))
        .hasSize(3);
  }

  @Test
  void changesWithEachCommandAndNotWithItsTimeLimit() {
    assertThat(
            Set.of(
                WorkerIdentity.of(withCommands("a", "b", "c", 1), FILES, null),
                WorkerIdentity.of(withCommands("x", "b", "c", 1), FILES, null),
                WorkerIdentity.of(withCommands("a", "x", "c", 1), FILES, null),
                WorkerIdentity.of(withCommands("a", "b", "x", 1), FILES, null)))
        .hasSize(4)
        .contains(WorkerIdentity.of(withCommands("a", "b", "c", 2), FILES, null));
  }

  private static WorkerSpec withCommands(String start, String stop, String status, int seconds) {
    Duration limit = Duration.ofSeconds(seconds);
    return new WorkerSpec(
        WORKER.name(),
        new Work.Scripted(
            new CommandsSpec(
                new CommandSpec(List.of(start), limit),
                new CommandSpec(List.of(stop), limit),
                new CommandSpec(List.of(status), limit))),
        WORKER.env(),
        null,
        WORKER.restart(),
        null,
        null,
        null);
  }

  private static WorkerSpec withEnvFile(String path) {
    return new WorkerSpec(
        WORKER.name(), WORKER.work(), WORKER.env(), path, WORKER.restart(), null, null, null);
  }

  @Test
  void changesOnlyWithTheRunnerThatIsNotTheUsualOne() {
    assertThat(WorkerIdentity.of(withRunner(WorkerSpec.Runner.PROCESS), FILES, null))
        .isEqualTo(WorkerIdentity.of(WORKER, FILES, null))
        .isNotEqualTo(WorkerIdentity.of(withRunner(WorkerSpec.Runner.SYSTEMD), FILES, null));
  }

  private static WorkerSpec withRunner(WorkerSpec.Runner runner) {
    return new WorkerSpec(
        WORKER.name(), WORKER.work(), WORKER.env(), null, WORKER.restart(), null, null, runner);
  }

  @Test
  void doesNotChangeWithHealth() {
    HealthSpec health =
        new HealthSpec(
            new HealthCheck.Run(new CommandSpec(List.of("bin/ok"), Duration.ofSeconds(1))),
            Duration.ofSeconds(1),
            3,
            Duration.ofSeconds(9));

    assertThat(WorkerIdentity.of(worker("grep", RUN, WORKER.env(), health), FILES, null))
        .isEqualTo(WorkerIdentity.of(WORKER, FILES, null));
  }

  private static WorkerSpec worker(
      String name, List<String> run, Map<String, String> env, @Nullable HealthSpec health) {
    return new WorkerSpec(
        name, new Work.Process(run), env, null, WorkerSpec.Restart.STOP_START, health, null, null);
  }

  private static ReleaseFile withPath(String path) {
    return new ReleaseFile(path, TOOL.mode(), TOOL.objectId());
  }

  private static ReleaseFile withMode(String mode) {
    return new ReleaseFile(TOOL.path(), mode, TOOL.objectId());
  }

  private static ReleaseFile withId(String id) {
    return new ReleaseFile(TOOL.path(), TOOL.mode(), id);
  }
}

package dev.pullcord.agent.worker.kind.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.fake.FakeClock;
import dev.pullcord.agent.fake.FakeCommands;
import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.GenerationEntry;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.host.Private;
import dev.pullcord.agent.host.command.Surroundings;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.DrainHook;
import dev.pullcord.protocol.manifest.DrainSpec;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The deadline of a drain, by a wall clock that jumps. */
class DrainDeadlineTest {
  private static final CommitId COMMIT = new CommitId("a".repeat(40));
  private static final DrainHook HOOK =
      new DrainHook(
          new CommandSpec(List.of("sh", "-c", "exit 75"), Duration.ofSeconds(10)),
          Duration.ofHours(1));
  private static final WorkerSpec SPEC =
      new WorkerSpec(
          "grep",
          new Work.Process(List.of("bin/worker")),
          Map.of(),
          null,
          WorkerSpec.Restart.OVERLAP,
          null,
          new DrainSpec(8, DrainSpec.WhenFull.WAIT, null, HOOK),
          null);

  @TempDir Path temp;
  private final FakeClock clock = new FakeClock();
  private final FakeCommands commands = new FakeCommands();
  private DrainHooks hooks;
  private WorkerKind.Charge draining;

  @BeforeEach
  void drains() {
    commands.result = FakeCommands.exited(DrainHook.BUSY, "1 job left");
    hooks = new DrainHooks(commands, clock);
    Generation generation =
        Generation.intended(
            1,
            "grep",
            new Generation.Origin("000001-aaaaaaaaaaaa", COMMIT, "x"),
            "boot",
            clock.now(),
            false,
            RunnerName.PROCESS);
    AgentHistory history =
        AgentHistory.EMPTY
            .plus(new GenerationEntry.StartIntent(generation))
            .plus(new GenerationEntry.Started(1, new ProcessId(123, 456), clock.now()))
            .plus(new GenerationEntry.DrainIntent(1, clock.now()));
    draining =
        new WorkerKind.Charge(
            Objects.requireNonNull(history.generations().get(1L)),
            SPEC,
            new Surroundings(
                new NodeName("sea-01"),
                "main",
                COMMIT,
                temp,
                temp,
                1L,
                Private.NONE,
                null,
                Surroundings.Owner.NODE),
            () -> true);
  }

  private boolean isLetGo() {
    clock.manual().advance(Duration.ofSeconds(10));
    return hooks.letGo(draining, () -> false).isZero();
  }

  @Test
  void aWallClockThatJumpsEndsNoDrain() {
    assertThat(isLetGo()).isFalse();

    clock.manual().jump(Duration.ofDays(1));
    assertThat(isLetGo()).as("a day ahead").isFalse();
    clock.manual().jump(Duration.ofDays(-2));
    assertThat(isLetGo()).as("a day back").isFalse();

    clock.manual().advance(Duration.ofHours(1));
    assertThat(isLetGo()).as("an hour has passed").isTrue();
  }

  @Test
  void anAgentThatWasRestartedCountsTheTimeBefore() {
    clock.manual().advance(Duration.ofMinutes(59));
    assertThat(isLetGo()).isFalse();

    clock.manual().advance(Duration.ofMinutes(1));
    assertThat(isLetGo()).isTrue();
  }
}

package dev.pullcord.agent.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.host.command.LocalCommands;
import dev.pullcord.agent.rig.HoppingClock;
import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.HealthCheck;
import dev.pullcord.protocol.manifest.HealthSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthGateTest {
  @TempDir Path temp;

  private HealthVerdict await(
      @Nullable HealthSpec spec, BooleanSupplier alive, BooleanSupplier cancelled) {
    return await(HostClock.system(), spec, alive, cancelled);
  }

  private HealthVerdict await(
      HostClock clock,
      @Nullable HealthSpec spec,
      BooleanSupplier alive,
      BooleanSupplier cancelled) {
    return new HealthGate(new LocalCommands(temp, clock), clock, new Masks())
        .await(
            new HealthGate.Patient(spec, alive, temp, Map.of("PATH", "/usr/bin:/bin")), cancelled);
  }

  private static HealthSpec spec(String script, int times, Duration deadline) {
    return new HealthSpec(
        new HealthCheck.Run(new CommandSpec(List.of("sh", "-c", script), Duration.ofSeconds(20))),
        Duration.ofMillis(10),
        times,
        deadline);
  }

  private long tries() throws IOException {
    return Files.readAllLines(temp.resolve("tries")).size();
  }

  @Test
  void isWellAfterSoManyTimesInARow() throws IOException {
    String secondFails = "echo x >> tries; [ $(wc -l < tries) -ne 2 ] && echo fine";

    HealthVerdict verdict =
        await(spec(secondFails, 3, Duration.ofSeconds(30)), () -> true, () -> false);

    assertThat(verdict).isEqualTo(new HealthVerdict.Well("fine\n"));
    assertThat(tries()).isEqualTo(5);
  }

  @Test
  void isUnwellAtTheDeadlineAndSaysWhyTheLastTimeFailed() {
    HealthVerdict verdict =
        await(
            new HoppingClock(),
            spec("echo no answer; exit 4", 2, Duration.ofSeconds(9)),
            () -> true,
            () -> false);

    assertThat(verdict)
        .isInstanceOfSatisfying(
            HealthVerdict.Unwell.class,
            unwell -> {
              assertThat(unwell.exitCode()).isEqualTo(4);
              assertThat(unwell.reason())
                  .isEqualTo(
                      "health: not well 2 times in a row within 9s;"
                          + " sh -c echo no answer; exit 4 exited 4: no answer");
            });
  }

  @Test
  void aCommandThatHangsIsKilledAtTheDeadline() {
    HealthVerdict verdict =
        await(spec("sleep 60", 1, Duration.ofMillis(300)), () -> true, () -> false);

    assertThat(verdict)
        .isInstanceOfSatisfying(
            HealthVerdict.Unwell.class,
            unwell -> assertThat(unwell.reason()).contains("did not end in time"));
  }

  @Test
  void aWorkerThatDiesFailsAtOnceAlsoWhileItsCommandRuns() {
    long began = System.nanoTime();

    HealthVerdict verdict =
        await(
            spec("sleep 60", 1, Duration.ofSeconds(60)),
            () -> System.nanoTime() - began < 300_000_000,
            () -> false);

    assertThat(verdict).isInstanceOf(HealthVerdict.Died.class);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(30));
  }

  @Test
  void isAbandonedWhenSomethingNewerCame() {
    assertThat(await(spec("sleep 60", 1, Duration.ofSeconds(60)), () -> true, () -> true))
        .isInstanceOf(HealthVerdict.Abandoned.class);
  }

  @Test
  void withoutACommandItIsToLiveForTwoSeconds() {
    long began = System.nanoTime();

    HealthVerdict verdict = await(null, () -> true, () -> false);

    assertThat(verdict).isInstanceOf(HealthVerdict.Well.class);
    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(2));
    assertThat(await(null, () -> false, () -> false)).isInstanceOf(HealthVerdict.Died.class);
  }

  @Test
  void looksQuicklyAtFirstHoweverLongThePauseIs() throws IOException {
    HealthSpec slow =
        new HealthSpec(
            new HealthCheck.Run(
                new CommandSpec(
                    List.of("sh", "-c", "echo x >> tries; [ $(wc -l < tries) -ge 4 ]"),
                    Duration.ofSeconds(20))),
            Duration.ofMinutes(5),
            1,
            Duration.ofMinutes(20));

    assertThat(await(slow, () -> true, () -> false)).isInstanceOf(HealthVerdict.Well.class);
    assertThat(tries()).isEqualTo(4);
  }

  @Test
  void aProgramThatIsNowhereIsTheReleasesFault() {
    HealthSpec spec =
        new HealthSpec(
            new HealthCheck.Run(new CommandSpec(List.of("bin/none"), Duration.ofSeconds(60))),
            Duration.ofMillis(10),
            1,
            Duration.ofSeconds(60));

    assertThat(await(spec, () -> true, () -> false))
        .isInstanceOfSatisfying(
            HealthVerdict.Unwell.class,
            unwell -> assertThat(unwell.reason()).contains("no program \"bin/none\""));
  }
}

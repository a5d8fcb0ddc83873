package dev.pullcord.agent.health;

import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.process.Command;
import dev.pullcord.agent.host.process.CommandResult;
import dev.pullcord.agent.host.process.CommandRunner;
import dev.pullcord.agent.host.process.ProgramFault;
import dev.pullcord.agent.host.process.Programs;
import dev.pullcord.base.host.Signal;
import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.HealthSpec;
import dev.pullcord.protocol.unit.Durations;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Waits until a worker is well: its command ends with 0 so many times in a row, before the
 * deadline; without a command, the same process lives for two seconds. A worker that dies fails at
 * once.
 */
public final class HealthGate {
  private static final Duration ALIVE_FOR = Duration.ofSeconds(2);
  private static final long LOOK_EVERY_NANOS = 20_000_000;

  private final CommandRunner runner;
  private final HostClock clock;
  private final Signal never = new Signal();

  /** With that runner. */
  public HealthGate(CommandRunner runner, HostClock clock) {
    this.runner = runner;
    this.clock = clock;
  }

  /**
   * A worker to look at.
   *
   * @param spec null for the default
   * @param alive whether its very process lives
   * @param active the release that is active: the command's directory
   * @param environment of the generation
   */
  public record Patient(
      @Nullable HealthSpec spec,
      BooleanSupplier alive,
      Path active,
      Map<String, String> environment) {}

  /** Waits; {@code cancelled} is asked at least every 20 ms. */
  public HealthVerdict await(Patient patient, BooleanSupplier cancelled) {
    HealthSpec spec = patient.spec();
    CommandSpec command = spec == null ? null : spec.command();
    if (spec == null || command == null) {
      return rest(patient, ALIVE_FOR.toNanos(), cancelled)
          .orElseGet(() -> new HealthVerdict.Well("alive for 2 s with the same pid"));
    }
    Optional<List<String>> run =
        Programs.resolve(command.run(), patient.active(), patient.environment());
    Optional<ProgramFault> unfit =
        ProgramFault.of(command.run(), patient.active(), patient.environment());
    return run.isPresent() && unfit.isEmpty()
        ? await(spec, command, patient, run.get(), cancelled)
        : unfit(unfit.orElseThrow(), "");
  }

  private static HealthVerdict unfit(ProgramFault why, String output) {
    return why.ofRelease()
        ? new HealthVerdict.Unwell("health: " + why.text(), null, output)
        : new HealthVerdict.CannotLook("health: " + why.text(), output);
  }

  private HealthVerdict await(
      HealthSpec spec,
      CommandSpec command,
      Patient patient,
      List<String> run,
      BooleanSupplier cancelled) {
    long deadline = clock.nanos() + spec.deadline().toNanos();
    int inARow = 0;
    while (true) {
      long left = deadline - clock.nanos();
      Duration timeout = Duration.ofNanos(Math.clamp(left, 1, command.timeout().toNanos()));
      CommandResult result =
          runner.run(
              new Command(run, patient.active(), patient.environment(), timeout),
              () -> cancelled.getAsBoolean() || !patient.alive().getAsBoolean());
      if (!patient.alive().getAsBoolean()) {
        return new HealthVerdict.Died(result.output());
      }
      if (result.end() == CommandResult.End.CANCELLED) {
        return new HealthVerdict.Abandoned(result.output());
      }
      if (result.end() == CommandResult.End.NOT_STARTED) {
        return unfit(ProgramFault.refused(result.output()), result.output());
      }
      inARow = result.succeeded() ? inARow + 1 : 0;
      if (inARow >= spec.times()) {
        return new HealthVerdict.Well(result.output());
      }
      if (clock.nanos() + spec.every().toNanos() - deadline >= 0) {
        return unwell(spec, command, result);
      }
      Optional<HealthVerdict> end = rest(patient, spec.every().toNanos(), cancelled);
      if (end.isPresent()) {
        return end.get();
      }
    }
  }

  private static HealthVerdict unwell(HealthSpec spec, CommandSpec command, CommandResult last) {
    String how =
        switch (last.end()) {
          case EXITED -> "exited " + last.exitCode();
          case TIMED_OUT -> "did not end in time";
          default -> "was killed";
        };
    String line = StepResult.lastLine(last.output());
    return new HealthVerdict.Unwell(
        "health: not well %s within %s; %s %s%s"
            .formatted(
                spec.times() == 1 ? "once" : spec.times() + " times in a row",
                Durations.format(spec.deadline()),
                String.join(" ", command.run()),
                how,
                line.isEmpty() ? "" : ": " + line),
        last.exitCode(),
        last.output());
  }

  /** Waits that long; not empty when the wait was cut short, and why. */
  private Optional<HealthVerdict> rest(Patient patient, long nanos, BooleanSupplier cancelled) {
    long end = clock.nanos() + nanos;
    while (true) {
      if (!patient.alive().getAsBoolean()) {
        return Optional.of(new HealthVerdict.Died(""));
      }
      if (cancelled.getAsBoolean()) {
        return Optional.of(new HealthVerdict.Abandoned(""));
      }
      long left = end - clock.nanos();
      if (left <= 0) {
        return Optional.empty();
      }
      clock.await(never, never.count(), Duration.ofNanos(Math.min(left, LOOK_EVERY_NANOS)));
    }
  }
}

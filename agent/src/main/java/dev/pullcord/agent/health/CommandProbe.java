package dev.pullcord.agent.health;

import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.host.command.Command;
import dev.pullcord.agent.host.command.CommandResult;
import dev.pullcord.agent.host.command.CommandRunner;
import dev.pullcord.agent.host.command.ProgramFault;
import dev.pullcord.agent.host.command.Programs;
import dev.pullcord.protocol.manifest.CommandSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Runs a command of the release: 0 is well. */
final class CommandProbe implements HealthProbe {
  private final CommandRunner runner;
  private final CommandSpec command;
  private final HealthGate.Patient patient;

  CommandProbe(CommandRunner runner, CommandSpec command, HealthGate.Patient patient) {
    this.runner = runner;
    this.command = command;
    this.patient = patient;
  }

  @Override
  public Attempt once(Duration atMost, BooleanSupplier pointless) {
    Optional<List<String>> run =
        Programs.resolve(command.run(), patient.active(), patient.environment());
    Optional<ProgramFault> unfit =
        ProgramFault.of(command.run(), patient.active(), patient.environment());
    if (run.isEmpty() || unfit.isPresent()) {
      return unfit(unfit.orElseThrow(), "");
    }
    Duration timeout = atMost.compareTo(command.timeout()) < 0 ? atMost : command.timeout();
    CommandResult result =
        runner.run(
            new Command(
                run.get(), patient.active(), patient.environment(), timeout, false, patient.user()),
            pointless);
    if (result.end() == CommandResult.End.CANCELLED) {
      return new Attempt.CutShort(result.output());
    }
    if (result.end() == CommandResult.End.NOT_STARTED) {
      return unfit(ProgramFault.refused(result.output()), result.output());
    }
    return result.succeeded()
        ? new Attempt.Passed(result.output())
        : new Attempt.Failed(how(result), result.exitCode(), result.output());
  }

  private String how(CommandResult result) {
    String end =
        switch (result.end()) {
          case EXITED -> "exited " + result.exitCode();
          case TIMED_OUT -> "did not end in time";
          default -> "was killed";
        };
    String line = StepResult.lastLine(result.output());
    return String.join(" ", command.run()) + " " + end + (line.isEmpty() ? "" : ": " + line);
  }

  private static Attempt unfit(ProgramFault why, String output) {
    return new Attempt.Impossible(
        why.ofRelease()
            ? new HealthVerdict.Unwell("health: " + why.text(), null, output)
            : new HealthVerdict.CannotLook("health: " + why.text(), output));
  }
}

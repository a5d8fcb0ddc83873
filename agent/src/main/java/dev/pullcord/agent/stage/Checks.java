package dev.pullcord.agent.stage;

import dev.pullcord.agent.host.Command;
import dev.pullcord.agent.host.CommandResult;
import dev.pullcord.agent.host.CommandRunner;
import dev.pullcord.agent.host.Programs;
import dev.pullcord.agent.host.Surroundings;
import dev.pullcord.agent.plan.StepResult;
import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.unit.Durations;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Runs one of the manifest's check commands in a staged release. */
public final class Checks {
  private final CommandRunner runner;

  /** With that runner. */
  public Checks(CommandRunner runner) {
    this.runner = runner;
  }

  /**
   * Runs it.
   *
   * @param check the command
   * @param staged where: PULLCORD_RELEASE and PULLCORD_CURRENT are the staged release
   * @param workerEnvironment of one of the workers that will run there
   * @param cancelled asked while it runs
   */
  public StepResult run(
      CommandSpec check,
      Surroundings staged,
      Map<String, String> workerEnvironment,
      BooleanSupplier cancelled) {
    Map<String, String> environment = staged.environment(workerEnvironment);
    Optional<List<String>> run = Programs.resolve(check.run(), staged.release(), environment);
    if (run.isEmpty()) {
      return StepResult.releaseFault(
          "check " + text(check) + ": no such program in the release or on PATH", null, "");
    }
    CommandResult result =
        runner.run(
            new Command(run.get(), staged.release(), environment, check.timeout()), cancelled);
    String output = result.output();
    return switch (result.end()) {
      case EXITED -> exited(check, result);
      case TIMED_OUT ->
          fault(check, "took longer than " + Durations.format(check.timeout()), null, output);
      case TOO_MUCH_OUTPUT -> fault(check, "wrote more than 64 MiB", null, output);
      case CANCELLED -> StepResult.abandoned("check " + text(check) + " abandoned", output);
      case NOT_STARTED ->
          StepResult.environmentFault("check " + text(check) + " not started: " + output, output);
    };
  }

  private static StepResult exited(CommandSpec check, CommandResult result) {
    Integer exit = result.exitCode();
    return result.succeeded()
        ? new StepResult(StepRecord.Outcome.OK, "", exit, result.output())
        : fault(check, "exited " + exit, exit, result.output());
  }

  private static StepResult fault(
      CommandSpec check, String what, @Nullable Integer exit, String out) {
    String last = StepResult.lastLine(out);
    return StepResult.releaseFault(
        "check " + text(check) + " " + what + (last.isEmpty() ? "" : ": " + last), exit, out);
  }

  /** The command as people read it. */
  public static String text(CommandSpec check) {
    return String.join(" ", check.run());
  }
}

package dev.pullcord.agent.stage;

import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.host.command.Command;
import dev.pullcord.agent.host.command.CommandResult;
import dev.pullcord.agent.host.command.CommandRunner;
import dev.pullcord.agent.host.command.ProgramFault;
import dev.pullcord.agent.host.command.Programs;
import dev.pullcord.agent.host.command.Surroundings;
import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.unit.Durations;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs one of the manifest's commands in a staged release: to build something there, or to check
 * it. That it fails or takes too long is the release's fault.
 */
public final class StagedCommands {
  private final CommandRunner runner;
  private final String key;

  /** Those under that key of the manifest. */
  public StagedCommands(CommandRunner runner, String key) {
    this.runner = runner;
    this.key = key;
  }

  /**
   * Runs it.
   *
   * @param command the command
   * @param staged where: PULLCORD_RELEASE and PULLCORD_CURRENT are the staged release
   * @param more variables
   * @param cancelled asked while it runs
   */
  public StepResult run(
      CommandSpec command,
      Surroundings staged,
      Map<String, String> more,
      BooleanSupplier cancelled) {
    Map<String, String> environment = staged.environment(more);
    Optional<List<String>> run = Programs.resolve(command.run(), staged.release(), environment);
    Optional<ProgramFault> unfit = ProgramFault.of(command.run(), staged.release(), environment);
    if (run.isEmpty() || unfit.isPresent()) {
      return unfit(command, unfit.orElseThrow());
    }
    CommandResult result =
        runner.run(Command.in(staged, run.get(), environment, command.timeout()), cancelled);
    String output = result.output();
    return switch (result.end()) {
      case EXITED -> exited(command, result);
      case TIMED_OUT ->
          fault(command, "took longer than " + Durations.format(command.timeout()), null, output);
      case TOO_MUCH_OUTPUT -> fault(command, "wrote more than 64 MiB", null, output);
      case CANCELLED -> StepResult.abandoned(named(command) + " abandoned", output);
      case NOT_STARTED -> unfit(command, ProgramFault.refused(output));
    };
  }

  private StepResult unfit(CommandSpec command, ProgramFault why) {
    String reason = named(command) + ": " + why.text();
    return why.ofRelease()
        ? StepResult.releaseFault(reason, null, "")
        : StepResult.environmentFault(reason, reason);
  }

  private StepResult exited(CommandSpec command, CommandResult result) {
    Integer exit = result.exitCode();
    return result.succeeded()
        ? new StepResult(StepRecord.Outcome.OK, "", exit, result.output())
        : fault(command, "exited " + exit, exit, result.output());
  }

  private StepResult fault(CommandSpec command, String what, @Nullable Integer exit, String out) {
    String last = StepResult.lastLine(out);
    return StepResult.releaseFault(
        named(command) + " " + what + (last.isEmpty() ? "" : ": " + last), exit, out);
  }

  private String named(CommandSpec command) {
    return key + " " + text(command);
  }

  /** The command as people read it. */
  public static String text(CommandSpec command) {
    return String.join(" ", command.run());
  }
}

package dev.pullcord.agent.worker.kind.scripted;

import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.host.command.CommandResult;
import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.unit.Durations;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a status command said.
 *
 * <p>Its exit code is read as the Linux Standard Base has it for init scripts, as far as that tells
 * what runs: 0 and 3.
 */
sealed interface ScriptStatus {
  /** As init scripts have it: the program is not running. */
  int GONE = 3;

  /** The last one counts. */
  Pattern TOKEN = Pattern.compile("^pullcord-generation ([0-9]{1,18})\\s*$", Pattern.MULTILINE);

  /**
   * Something runs.
   *
   * @param generation the one that it named; null when it named none
   */
  record Runs(@Nullable Long generation) implements ScriptStatus {
    boolean is(long number) {
      return generation != null && generation == number;
    }

    boolean isAnotherThan(long number) {
      return generation != null && generation != number;
    }
  }

  /** Nothing runs. */
  record Gone() implements ScriptStatus {}

  /**
   * It cannot be told.
   *
   * @param why with what the command printed last
   */
  record Unknown(String why) implements ScriptStatus {}

  /** Reads what came of a status command. */
  static ScriptStatus of(CommandSpec command, CommandResult result) {
    if (result.succeeded()) {
      Long named = null;
      Matcher token = TOKEN.matcher(result.output());
      while (token.find()) {
        named = Long.valueOf(token.group(1));
      }
      return new Runs(named);
    }
    return result.exitCode() != null && result.exitCode() == GONE
        ? new Gone()
        : new Unknown(text(command, result) + " (0, it runs, or 3, it does not, is expected)");
  }

  /** A command and how it ended, in one line. */
  static String text(CommandSpec command, CommandResult result) {
    if (result.mayHaveRun()) {
      return name(command) + ": " + result.output();
    }
    String last = StepResult.lastLine(result.output());
    String how =
        switch (result.end()) {
          case EXITED -> "exited " + result.exitCode();
          case TIMED_OUT ->
              "took longer than " + Durations.format(command.timeout()) + " and was killed";
          case TOO_MUCH_OUTPUT -> "wrote over 64 MiB and was killed";
          case CANCELLED -> "was cut short";
          case NOT_STARTED -> "could not be started";
        };
    return name(command) + " " + how + (last.isEmpty() ? "" : ": " + last);
  }

  /** A command as in the manifest. */
  static String name(CommandSpec command) {
    return String.join(" ", command.run());
  }
}

package dev.pullcord.cli.mixin;

import dev.pullcord.cli.command.Questions;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.protocol.error.ExitCode;
import picocli.CommandLine.Option;

/** {@code --yes}: for verbs that ask before they take something away. */
public final class Confirmed {
  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  /** Ends the verb, with nothing changed, unless {@code --yes} was given or is the answer. */
  public void insist(VerbContext context, String question) {
    insist(context, question, "--yes");
  }

  /**
   * The same.
   *
   * @param instead what to give where nobody can be asked
   */
  public void insist(VerbContext context, String question, String instead) {
    if (!yes && !Questions.confirm(context, question, instead)) {
      throw new Failure(ExitCode.FAILED, "nothing was changed");
    }
  }

  /** Asks only where somebody sits there: what can be taken back needs no {@code --yes}. */
  public void insistAtTerminal(VerbContext context, String question) {
    if (context.host().terminal().inputIsTerminal()) {
      insist(context, question);
    }
  }
}

package dev.pullcord.cli.command;

import dev.pullcord.base.text.TerminalText;
import dev.pullcord.cli.host.Terminal;
import dev.pullcord.cli.output.Failure;
import java.util.Locale;

/** Questions to whoever sits at the terminal. */
public final class Questions {
  private Questions() {}

  /**
   * Whether the answer is yes, written out. Without a terminal nobody can be asked: wrong usage.
   *
   * @param instead the option that answers without a terminal
   */
  public static boolean confirm(VerbContext context, String question, String instead) {
    Terminal terminal = context.host().terminal();
    if (!terminal.inputIsTerminal()) {
      throw Failure.usage("there is no terminal to ask on: give " + instead);
    }
    String answer = terminal.readLine(TerminalText.clean(question) + " [yes/no] ");
    if (answer == null) {
      throw Failure.usage("there is no terminal to ask on: give " + instead);
    }
    String given = answer.strip().toLowerCase(Locale.ROOT);
    return given.equals("yes") || given.equals("y");
  }
}

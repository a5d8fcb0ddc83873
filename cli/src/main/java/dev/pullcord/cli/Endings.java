package dev.pullcord.cli;

import dev.pullcord.cli.output.Console;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.yaml.DidYouMean;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Ends a command that did not end well: with one line on standard error and an exit code. A stack
 * trace goes to a file, and only for what is our own fault.
 */
final class Endings {
  /** Where the parser says that a wrong value stands, of which the name is enough. */
  private static final Pattern PLACE =
      Pattern.compile(
          "^Invalid value for (?:positional parameter at index [0-9.*]+ \\((.*?)\\)"
              + "|option '(.*?)'(?: \\(.*?\\))?): ");

  /** What the parser says of a number, in the words of the language it is written in. */
  private static final Pattern NO_NUMBER = Pattern.compile("('.*') is not an? (?:int|long)");

  /** What the parser names of all that it misses. */
  private static final Pattern MISSING = Pattern.compile("'(.*?)'");

  private static final Pattern OPTION = Pattern.compile("^(-[^=]*)=");

  private final Console console;

  Endings(Console console) {
    this.console = console;
  }

  private static Collection<String> verbs(ParameterException e) {
    return e.getCommandLine().getSubcommands().entrySet().stream()
        .filter(verb -> !verb.getValue().getCommandSpec().usageMessage().hidden())
        .map(Map.Entry::getKey)
        .toList();
  }

  private static Collection<String> options(ParameterException e) {
    return e.getCommandLine().getCommandSpec().optionsMap().keySet();
  }

  /** Wrong usage: what is wrong, what was meant perhaps, where the help is. */
  int wrongUsage(ParameterException e, String[] args) {
    String verb = e.getCommandLine().getCommandSpec().qualifiedName();
    List<String> unmatched =
        e instanceof UnmatchedArgumentException wrong ? wrong.getUnmatched() : List.of();
    String message = String.valueOf(e.getMessage());
    if (!unmatched.isEmpty()) {
      String word = unmatched.getFirst();
      boolean noVerb = verb.equals("pullcord") && !word.startsWith("-");
      message = (noVerb ? "no verb " : "not understood: ") + word;
      message += DidYouMean.of(word, noVerb ? verbs(e) : options(e));
    }
    message = PLACE.matcher(message).replaceFirst("$1$2: ");
    message = missing(message);
    message = NO_NUMBER.matcher(message).replaceFirst("$1 is no whole number");
    console.error("pullcord: " + message.lines().findFirst().orElse("") + " (" + verb + " --help)");
    return ExitCode.USAGE.code();
  }

  /** {@code --for TIME and --reason TEXT are missing}. */
  private static String missing(String message) {
    if (!message.startsWith("Missing required ")) {
      return message;
    }
    List<String> names =
        MISSING.matcher(message).results().map(name -> typed(name.group(1))).toList();
    return String.join(" and ", names) + (names.size() == 1 ? " is missing" : " are missing");
  }

  /** An option with a blank before its value; a label's = stays. */
  private static String typed(String name) {
    return OPTION.matcher(name).replaceFirst("$1 ");
  }

  /** Everything else. */
  int failure(Exception e, CommandLine command, ParseResult parsed) {
    return failure(e);
  }

  /** The same of an error too, such as a class that is missing, or an overflow of the stack. */
  int failure(Throwable e) {
    if (e instanceof Failure failure) {
      console.error(failure.line());
      return failure.exitCode().code();
    }
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
      console.error("interrupted");
      return ExitCode.FAILED.code();
    }
    console.error(
        "pullcord: a bug of ours: " + e.getClass().getSimpleName() + "; details: " + keep(e));
    return ExitCode.BUG.code();
  }

  /** What could not be written was not shown, however well all else went. */
  int ofOutput(int exitCode) {
    return console.lost() && exitCode == ExitCode.DONE.code() ? ExitCode.FAILED.code() : exitCode;
  }

  private static String keep(Throwable e) {
    StringWriter trace = new StringWriter();
    e.printStackTrace(new PrintWriter(trace));
    try {
      Path file = Files.createTempFile("pullcord-bug-", ".txt");
      Files.writeString(file, trace.toString());
      return file.toString();
    } catch (IOException unwritable) {
      return trace.toString(); // better a long line than none
    }
  }

  PrintWriter standardOutput() {
    return new PrintWriter(new LineWriter(console::verbatim), true);
  }

  PrintWriter standardError() {
    return new PrintWriter(new LineWriter(text -> console.error(text.stripTrailing())), true);
  }

  /** Help and version go the way of all output. */
  private static final class LineWriter extends Writer {
    private final Consumer<String> to;
    private final StringBuilder held = new StringBuilder();

    LineWriter(Consumer<String> to) {
      this.to = to;
    }

    @Override
    public void write(char[] text, int offset, int length) {
      held.append(text, offset, length);
    }

    @Override
    public void flush() {
      if (!held.isEmpty()) {
        to.accept(held.toString());
        held.setLength(0);
      }
    }

    @Override
    public void close() {
      flush();
    }
  }
}

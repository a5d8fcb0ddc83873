package dev.pullcord.cli;

import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.host.Host;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The operator's command. Only the verb that is called is made, since a command is typed many times
 * a day and most of its start would go into verbs that nobody asked for.
 */
public final class Main {
  /** Asked by scripts: needs no verb. */
  private static final Set<String> VERSION = Set.of("-V", "--version");

  private Main() {}

  /** The command. */
  public static void main(String[] args) {
    System.exit(run(Host.real(), args)); // the HTTP client's threads would keep us alive
  }

  /** Runs the command in a host; the answer is the exit code. */
  public static int run(Host host, String... typed) {
    VerbContext context = new VerbContext(host);
    Endings endings = new Endings(context.console());
    int exitCode;
    try {
      exitCode = run(context, endings, helpAsOption(typed));
    } catch (RuntimeException | Error e) {
      exitCode = endings.failure(e);
    }
    return endings.ofOutput(exitCode);
  }

  private static int run(VerbContext context, Endings endings, String[] args) {
    CommandLine command = new CommandLine(new Pullcord(context));
    boolean known =
        args.length > 0 && (VERSION.contains(args[0]) || Verbs.add(command, context, args[0]));
    if (!known || args[0].equals("completion")) {
      Verbs.addAll(command, context);
    }
    command.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, _ -> "\n");
    command.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, VerbGroups::list);
    return command
        .setExpandAtFiles(false)
        .setUsageHelpWidth(80)
        .setCaseInsensitiveEnumValuesAllowed(false)
        .setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF))
        .setOut(endings.standardOutput())
        .setErr(endings.standardError())
        .setParameterExceptionHandler(endings::wrongUsage)
        .setExecutionExceptionHandler(endings::failure)
        .execute(args);
  }

  /** The command with all its verbs, to be looked at. */
  public static CommandLine commandLine() {
    VerbContext context = new VerbContext(Host.real());
    CommandLine command = new CommandLine(new Pullcord(context));
    Verbs.addAll(command, context);
    return command;
  }

  /** {@code help pin} is what people type for {@code pin --help}. */
  private static String[] helpAsOption(String[] typed) {
    if (typed.length == 0 || typed.length > 2 || !typed[0].equals("help")) {
      return typed;
    }
    return typed.length == 1 ? new String[] {"--help"} : new String[] {typed[1], "--help"};
  }
}

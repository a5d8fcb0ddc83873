package dev.pullcord.agent.main;

import dev.pullcord.agent.commands.Commands;
import dev.pullcord.agent.commands.Exit;
import dev.pullcord.agent.commands.Version;
import dev.pullcord.base.host.ProcessEnd;
import dev.pullcord.base.host.StandardOutput;
import java.util.List;
import java.util.function.BiConsumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code pullcord-agent}. Ends the process itself, since connections that are kept alive would keep
 * it running.
 */
@Command(
    name = "pullcord-agent",
    description = "Makes this node run what its git repository says.",
    footer = {
      "",
      "Exit codes: 0 done, 1 something failed or was refused, 2 wrong usage, 3 out of time,",
      "4 the server said no, 5 unreachable, 70 a bug"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {RunAgentCommand.class, CommandsCommand.class})
public final class AgentMain implements Runnable {
  private static final String METRICS_WITHIN_SECONDS = "5";

  @Spec private CommandSpec spec = CommandSpec.create();

  private AgentMain() {}

  /** The program. */
  public static void main(String[] args) {
    limitMetrics();
    StandardOutput out = new StandardOutput();
    CommandLine line = commandLine().setOut(out.lines());
    System.exit(out.ended(execute(line, ProcessEnd::because, args), line.getErr()));
  }

  /**
   * Runs a command. The parser lets errors through, after which Java itself would end with 1.
   *
   * @param first is told of an error before anything is said; a daemon's threads may be hit too
   */
  static int execute(CommandLine line, BiConsumer<String, Throwable> first, String... args) {
    try {
      return line.execute(args);
    } catch (Error e) {
      first.accept("the command", e);
      return Exit.failed(e, line);
    }
  }

  /** The JDK's HTTP server has no other way to be told, and reads this once, when it is loaded. */
  private static void limitMetrics() {
    for (String limit : List.of("maxReqTime", "maxRspTime")) {
      System.setProperty("sun.net.httpserver." + limit, METRICS_WITHIN_SECONDS);
    }
  }

  /** The program with all its commands. */
  public static CommandLine commandLine() {
    CommandLine line = new CommandLine(new AgentMain());
    Commands.all().forEach(line::addSubcommand);
    return line.setParameterExceptionHandler(Exit::wrongUsage)
        .setExecutionExceptionHandler((e, command, parsed) -> Exit.failed(e, command));
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(),
        "a command is missing: join, leave, run, status, doctor, plan, sync, retry or log");
  }
}

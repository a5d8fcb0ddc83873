package dev.pullcord.server;

import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.host.BugReport;
import dev.pullcord.base.host.ProcessEnd;
import dev.pullcord.base.host.StandardOutput;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.server.commands.AdminTokenCommand;
import dev.pullcord.server.commands.BackupCommand;
import dev.pullcord.server.commands.DoctorCommand;
import dev.pullcord.server.commands.InitCommand;
import dev.pullcord.server.commands.MigrateStoreCommand;
import dev.pullcord.server.commands.RestoreCommand;
import dev.pullcord.server.commands.TlsCommand;
import dev.pullcord.server.commands.Version;
import dev.pullcord.server.store.StoreException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.function.BiConsumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program {@code pullcord-server}. */
@Command(
    name = "pullcord-server",
    description = "Pullcord's control server: git host, desired state, dashboard and API.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      InitCommand.class,
      RunServerCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      DoctorCommand.class,
      AdminTokenCommand.class,
      MigrateStoreCommand.class,
      TlsCommand.class
    },
    footer = {
      "",
      "Exit codes: 0 done, 1 this machine did not allow it, 2 wrong usage or configuration,",
      "3 the heap is full, 70 a bug"
    })
public final class ServerMain implements Runnable {
  private final boolean ownsProcess;
  @Spec private CommandSpec spec;

  /**
   * Made by {@link #main}.
   *
   * @param ownsProcess whether nothing else runs in this process, so that it may end it
   */
  private ServerMain(boolean ownsProcess) {
    this.ownsProcess = ownsProcess;
    this.spec = CommandSpec.create();
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    StandardOutput out = new StandardOutput();
    CommandLine line = commandLine(new ServerMain(true)).setOut(out.lines());
    CommandLine.IExecutionStrategy usual = line.getExecutionStrategy();
    line.setExecutionStrategy(parsed -> {
      requireNames(parsed);
      return usual.execute(parsed);
    });
    System.exit(out.ended(execute(line, ProcessEnd::because, arguments), line.getErr()));
  }

  /**
   * Runs a command. The parser lets errors through, after which Java itself would end with 1.
   *
   * @param first is told of an error before anything is said; a daemon's threads may be hit too
   */
  static int execute(CommandLine line, BiConsumer<String, Throwable> first, String... arguments) {
    try {
      return line.execute(arguments);
    } catch (Error e) {
      first.accept("the command", e);
      return explain(e, line);
    }
  }

  /**
   * In another encoding the Java machine passes over each file whose name it cannot read: branches
   * and tags, which would be missing in what this program serves, copies and tidies up.
   */
  private static void requireNames(CommandLine.ParseResult parsed) {
    String encoding = System.getProperty("sun.jnu.encoding", "");
    boolean asksForHelp =
        parsed.asCommandLineList().stream()
            .anyMatch(at -> at.isUsageHelpRequested() || at.isVersionHelpRequested());
    if (!asksForHelp && !encoding.equals("UTF-8")) {
      throw new ParameterException(
          parsed.commandSpec().commandLine(),
          "LOCALE  in a locale of %s this program cannot see branches whose names are not ASCII;"
                  .formatted(encoding)
              + " start it by its launcher, or with LC_ALL=C.UTF-8");
    }
  }

  /** The program with all its commands, inside of another one. */
  public static CommandLine commandLine() {
    return commandLine(new ServerMain(false));
  }

  private static CommandLine commandLine(ServerMain main) {
    CommandLine line = new CommandLine(main);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler((e, at, _) -> explain(e, at));
    line.setExitCodeExceptionMapper(ServerMain::code);
    return line;
  }

  private static int explain(Throwable e, CommandLine at) {
    PrintWriter err = at.getErr();
    if (e instanceof Exception known && code(e) != ExitCode.BUG.code()) {
      String prefix = e instanceof StoreException store ? store.code() + "  " : "";
      err.println(prefix + FileFault.of(known));
    } else {
      err.println(BugReport.text("pullcord-server", e));
    }
    err.flush();
    return code(e);
  }

  private static int code(Throwable e) {
    return switch (e) {
      case ExecutionException wrapped when wrapped.getCause() != null -> code(wrapped.getCause());
      case ParameterException _, IllegalArgumentException _ -> ExitCode.USAGE.code();
      case IOException _, UncheckedIOException _, StoreException _ -> ExitCode.FAILED.code();
      default -> ExitCode.BUG.code();
    };
  }

  boolean ownsProcess() {
    return ownsProcess;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "a command is expected; pullcord-server --help lists them");
  }
}

package dev.pullcord.agent.commands;

import dev.pullcord.agent.state.StateDirectoryException;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.host.BugReport;
import dev.pullcord.protocol.error.ErrorKind;
import dev.pullcord.protocol.error.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The one table from what went wrong to an exit code and a line on standard error. */
public final class Exit {
  private Exit() {}

  /** A refusal that a command has words for. */
  public static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final ExitCode code;

    /** With the line that is shown. */
    public Refused(ExitCode code, String message) {
      super(message);
      this.code = code;
    }
  }

  /** The arguments cannot be read. */
  public static int wrongUsage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(e.getMessage());
    if (!UnmatchedArgumentException.printSuggestions(e, err)) {
      err.println("Try " + command.getCommandSpec().qualifiedName() + " --help");
    }
    err.flush();
    return ExitCode.USAGE.code();
  }

  /** The command threw; an error, such as an overflow of the stack, is a bug too. */
  public static int failed(Throwable e, CommandLine command) {
    PrintWriter err = command.getErr();
    ExitCode code =
        switch (e) {
          case Refused refused -> refused.code;
          case StateDirectoryException state when state.kind() == ErrorKind.INPUT -> ExitCode.USAGE;
          case StateDirectoryException _ -> ExitCode.FAILED;
          case IOException _, UncheckedIOException _ -> ExitCode.FAILED;
          default -> ExitCode.BUG;
        };
    err.println(
        e instanceof Exception known && code != ExitCode.BUG
            ? "pullcord-agent: " + FileFault.of(known)
            : BugReport.text("pullcord-agent", e));
    err.flush();
    return code.code();
  }
}

package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Selection;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.NodeName;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pullcord logs NODE [WORKER] [-f]}: what a node's workers say. */
@Command(
    name = "logs",
    description = "The end of a worker's log, or of all workers' of a node; -f goes on.")
public final class LogsVerb extends Verb {
  private static final int LINES_MAX = 10_000;

  @Parameters(index = "0", paramLabel = "NODE", description = "The node.")
  String name = "";

  @Parameters(index = "1", arity = "0..1", paramLabel = "WORKER", description = "One worker.")
  @Nullable String worker;

  @Option(
      names = {"-n", "--lines"},
      paramLabel = "LINES",
      description = "So many of the last lines; 200 by default.")
  int lines = 200;

  @Option(
      names = {"-f", "--follow"},
      description = "What comes after them, too, until Ctrl-C.")
  boolean follow;

  /** The verb. */
  public LogsVerb(VerbContext context) {
    super(context);
  }

  /** A line as JSON. */
  private record Said(String line) {}

  @Override
  protected ExitCode run() {
    if (lines < 1 || lines > LINES_MAX) {
      throw Failure.usage("-n " + lines + ": a number from 1 to " + LINES_MAX + " is expected");
    }
    NodeName node = Selection.name(name);
    Replies.need(
        context
            .server()
            .logs(
                node,
                worker,
                lines,
                follow,
                line -> {
                  if (context.json()) {
                    context.console().json(new Said(line));
                  } else {
                    context.console().line(StyledLine.of(line));
                  }
                  return !context.console().closed();
                }));
    if (follow && !context.console().closed()) {
      throw ended(node);
    }
    return ExitCode.DONE;
  }

  /** Why there is no more of a log that was to go on: the server says it, or it is going away. */
  private Failure ended(NodeName node) {
    Replies.need(context.server().node(node));
    return new Failure(
        ExitCode.UNREACHABLE,
        "the log of " + node + " ended: its agent or the server is being stopped; follow it again");
  }
}

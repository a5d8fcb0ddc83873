package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.mixin.NodeArgument;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.NodeName;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pullcord logs NODE [WORKER] [-f]}: what a node's workers say. */
@Command(
    name = "logs",
    description = "The end of a worker's log, or of all workers' of a node; -f goes on.")
public final class LogsVerb extends Verb {
  private static final int LINES_MAX = 10_000;

  @Mixin NodeArgument node = new NodeArgument();

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

  /**
   * A line as JSON.
   *
   * @param line what a worker wrote
   */
  private record LogLine(String line) {}

  @Override
  protected View run() {
    if (lines < 1 || lines > LINES_MAX) {
      throw Failure.usage("-n " + lines + ": a number from 1 to " + LINES_MAX + " is expected");
    }
    NodeName name = node.name();
    Replies.need(context.server().logs(name, worker, lines, follow, this::show));
    if (follow && !context.console().closed()) {
      throw ended(name);
    }
    return View.nothing(ExitCode.DONE);
  }

  private boolean show(String line) {
    context.show(View.of(new LogLine(line), line));
    return !context.console().closed();
  }

  /** Why there is no more of a log that was to go on: the server says it, or it is going away. */
  private Failure ended(NodeName node) {
    Replies.need(context.server().node(node));
    return new Failure(
        ExitCode.UNREACHABLE,
        "the log of " + node + " ended: its agent or the server is being stopped; follow it again");
  }
}

package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Selection;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.mixin.NodeSelector;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.client.ServerClient.Done;
import dev.pullcord.client.ServerReply;
import dev.pullcord.protocol.api.NodeLog;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.NodeName;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pullcord logs NODE [WORKER] [-f]}, or {@code -l LABELS}: what workers say. */
@Command(
    name = "logs",
    description =
        "The last lines of a node's workers, or of one of them. -l reads several nodes at once, and"
            + " -f goes on with what is written next.")
public final class LogsVerb extends Verb {
  private static final int LINES_MAX = 10_000;

  /** The server's word for a token that reads as many logs as it may. */
  private static final String SHARE_TAKEN = "SHARE_TAKEN";

  @Parameters(index = "0", arity = "0..1", paramLabel = "NODE", description = "The node.")
  @Nullable String node;

  @Parameters(index = "1", arity = "0..1", paramLabel = "WORKER", description = "One worker.")
  @Nullable String named;

  @Mixin NodeSelector selector = new NodeSelector();

  @Option(
      names = "--worker",
      paramLabel = "NAME",
      description = "With -l: only this worker of each node.")
  @Nullable String worker;

  @Option(
      names = {"-n", "--lines"},
      paramLabel = "LINES",
      description = "How many of the last lines; default: 200.")
  int lines = 200;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with what is written next, until Ctrl-C.")
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
  protected View run() throws InterruptedException {
    if (lines < 1 || lines > LINES_MAX) {
      throw Failure.usage("-n " + lines + ": a number from 1 to " + LINES_MAX + " is expected");
    }
    if (!selector.byLabels() && node != null) {
      read(Selection.name(node));
      return View.nothing(ExitCode.DONE);
    }
    if (node != null) {
      throw Failure.usage("a node or -l LABELS, not both; --worker NAME means one worker");
    }
    List<NodeName> nodes =
        selector.resolve(context, List.of()).stream().map(NodeView::name).toList();
    return new SeveralLogs(context, follow, this::read).show(nodes);
  }

  private void read(NodeName name) {
    String one = named == null ? worker : named;
    need(context.server().logs(name, one, lines, follow, this::show));
    if (follow && !context.console().closed()) {
      throw ended(name);
    }
  }

  private void read(List<NodeName> nodes, Predicate<NodeLog> more) {
    need(context.server().logs(nodes, worker, lines, follow, more));
  }

  private void need(ServerReply<Done> reply) {
    reply
        .refusal()
        .filter(problem -> problem.code().equals(SHARE_TAKEN))
        .ifPresent(problem -> {
          String remedy = follow ? "; leave -f out to read them once" : "";
          throw new Failure(ExitCode.REFUSED, problem.detail() + remedy);
        });
    Replies.need(reply);
  }

  private boolean show(String line) {
    context.show(View.of(new LogLine(line), StyledLine.quoted(Style.PLAIN, line)));
    return !context.console().closed();
  }

  /** Why there is no more of a log that was to go on: the server says it, or it is going away. */
  private Failure ended(NodeName node) {
    Replies.need(context.server().node(node));
    return new Failure(
        ExitCode.UNREACHABLE,
        "the log of "
            + node
            + " ended; if its last line does not say why, its agent or the server is being stopped:"
            + " follow it again");
  }
}

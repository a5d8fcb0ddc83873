package dev.pullcord.cli.command;

import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.ServerReply;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.NodeName;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The same request for each of several nodes. One that is refused does not stop the others; it is
 * told on standard error, and the exit code is 1 when some worked and its own when none did.
 */
public final class OneByOne {
  private OneByOne() {}

  /**
   * Asks for each node.
   *
   * @param request what to ask
   * @param done told for each that worked
   */
  public static <T> ExitCode run(
      VerbContext context,
      List<NodeView> nodes,
      Function<NodeName, ServerReply<T>> request,
      BiConsumer<NodeView, T> done) {
    ExitCode worst = ExitCode.DONE;
    int worked = 0;
    for (NodeView node : nodes) {
      try {
        done.accept(node, Replies.need(request.apply(node.name())));
        worked++;
      } catch (Failure refused) {
        context.console().error(node.name() + ": " + refused.line());
        worst = refused.exitCode();
        if (worst == ExitCode.UNREACHABLE) {
          break; // the others would only wait for the same silence
        }
      }
    }
    return worst == ExitCode.DONE || worked == 0 ? worst : ExitCode.FAILED;
  }
}

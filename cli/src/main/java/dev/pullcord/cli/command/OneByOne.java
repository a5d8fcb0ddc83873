package dev.pullcord.cli.command;

import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.ServerClient;
import dev.pullcord.client.ServerReply;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.NodeName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The same request for each of several nodes. One that is refused does not stop the others. It is
 * told on standard error, and the exit code is 1 when some worked and its own when none did.
 *
 * @param <T> what a request is answered with
 */
public final class OneByOne<T> {
  private final VerbContext context;
  private final Set<NodeView> worked = new LinkedHashSet<>();
  private final List<T> answers = new ArrayList<>();
  private ExitCode worst = ExitCode.DONE;

  /** Nobody is asked yet. */
  public OneByOne(VerbContext context) {
    this.context = context;
  }

  /**
   * Asks for each node, until the server is away.
   *
   * @param request what to ask
   * @param line told for each that worked
   */
  public OneByOne<T> ask(
      List<NodeView> nodes,
      Function<NodeName, ServerReply<T>> request,
      BiFunction<NodeView, T, String> line) {
    for (NodeView node : nodes) {
      ask(node, request, answer -> line.apply(node, answer));
    }
    return this;
  }

  /** Asks for one node; nothing is asked once the server was away. */
  public void ask(
      NodeView node, Function<NodeName, ServerReply<T>> request, Function<T, String> line) {
    if (worst == ExitCode.UNREACHABLE) {
      return; // it would only wait for the same silence
    }
    try {
      T answer = Replies.need(request.apply(node.name()));
      worked.add(node);
      answers.add(answer);
      context.tell(line.apply(answer));
    } catch (Failure refused) {
      failed(node, refused.line(), refused.exitCode());
    }
  }

  /** Tells what is wrong with a node that was not asked; done means that nothing is. */
  public void failed(NodeView node, String why, ExitCode code) {
    boolean named = why.startsWith(node.name() + " ");
    context.console().error(named ? why : node.name() + ": " + why);
    worst = code == ExitCode.DONE ? worst : code;
  }

  /** The answers, as programs get them. */
  public View answers(Function<List<T>, Object> document) {
    return new View(() -> document.apply(answers), List::of, this::exitCode);
  }

  /** The nodes that worked, as they are now. */
  public View nodes() {
    return new View(this::now, List::of, this::exitCode);
  }

  private NodeView.Page now() {
    ServerClient server = context.server();
    return new NodeView.Page(
        worked.stream().map(node -> Replies.need(server.node(node.name()))).toList(), null);
  }

  private ExitCode exitCode() {
    return worst == ExitCode.DONE || worked.isEmpty() ? worst : ExitCode.FAILED;
  }
}

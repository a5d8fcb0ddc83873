package dev.pullcord.cli.command.steer;

import dev.pullcord.cli.command.OneByOne;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.mixin.NodeSelection;
import dev.pullcord.client.HoldCalls;
import dev.pullcord.client.ServerClient.Done;
import dev.pullcord.protocol.api.NodeView;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code pullcord unpin}: back to the node's own ref. */
@Command(
    name = "unpin",
    description =
        "End the pin of nodes: back to their own branch. With -l, of those that are pinned.")
public final class UnpinVerb extends Verb {
  @Mixin NodeSelection selection = new NodeSelection();

  /** The verb. */
  public UnpinVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    List<NodeView> nodes = selection.nodes(context);
    if (selection.byLabels()) {
      nodes = nodes.stream().filter(n -> n.pin() != null).toList();
    }
    if (nodes.isEmpty()) {
      context.tell("none of these is pinned");
    }
    return new OneByOne<Done>(context)
        .ask(
            nodes,
            new HoldCalls(context.server())::unpin,
            (node, _) -> "unpinned " + node.name() + ", back to " + node.ref())
        .nodes();
  }
}

package dev.pullcord.cli.command.steer;

import dev.pullcord.cli.command.BranchOrNode;
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

/** {@code pullcord resume-node NODE…}: back into the counts. */
@Command(
    name = "resume-node",
    description = {
      "End the suspension of nodes. With -l, of those that are suspended.",
      "To go on with a paused or halted rollout: pullcord resume REF."
    })
public final class ResumeNodeVerb extends Verb {
  @Mixin NodeSelection selection = new NodeSelection();

  /** The verb. */
  public ResumeNodeVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    List<NodeView> nodes =
        BranchOrNode.nodes(
            context,
            selection.words(),
            "pullcord resume lets its rollout go on",
            () -> selection.nodes(context));
    if (selection.byLabels()) {
      nodes = nodes.stream().filter(n -> n.suspension() != null).toList();
    }
    if (nodes.isEmpty()) {
      context.tell("none of these is suspended");
    }
    return new OneByOne<Done>(context)
        .ask(nodes, new HoldCalls(context.server())::resumeNode, (node, _) -> line(node))
        .nodes();
  }

  private static String line(NodeView node) {
    return node.name() + " counts again; it is " + node.state().because(node.reason());
  }
}

package dev.pullcord.cli.command.steer;

import dev.pullcord.cli.command.OneByOne;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.mixin.ForAWhile;
import dev.pullcord.cli.mixin.NodeSelection;
import dev.pullcord.cli.output.Ages;
import dev.pullcord.client.HoldCalls;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.SuspensionView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code pullcord suspend NODE…}: out of the counts for a while, with a reason and an end. */
@Command(
    name = "suspend",
    description = {
      "Leave nodes out of all counts for a while. No push waits for them.",
      "They still get new commits: pullcord pin or freeze holds those back."
    })
public final class SuspendVerb extends Verb {
  @Mixin NodeSelection selection = new NodeSelection();
  @Mixin ForAWhile time = new ForAWhile();

  /** The verb. */
  public SuspendVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    SuspensionView.Request request = new SuspensionView.Request(time.duration(), time.reason());
    return new OneByOne<NodeView>(context)
        .ask(
            selection.nodes(context),
            node -> new HoldCalls(context.server()).suspend(node, request),
            (_, node) -> line(node))
        .answers(nodes -> new NodeView.Page(nodes, null));
  }

  private static String line(NodeView node) {
    SuspensionView suspension = node.suspension();
    return suspension == null
        ? node.name() + " is not suspended: somebody resumed it meanwhile"
        : "suspended %s until %s; it still gets new commits; to end that: pullcord resume-node %s"
            .formatted(node.name(), Ages.moment(suspension.expiresAt()), node.name());
  }
}

package dev.pullcord.cli.command.steer;

import dev.pullcord.cli.command.OneByOne;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.mixin.NodesAndRef;
import dev.pullcord.client.ServerClient.Done;
import dev.pullcord.protocol.api.NodeView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code pullcord follow NODE… REF}: changes the ref that a node follows. */
@Command(name = "follow", description = "Let nodes follow another branch, for good.")
public final class FollowVerb extends Verb {
  @Mixin NodesAndRef asked = new NodesAndRef();

  /** The verb. */
  public FollowVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    String ref = asked.ref();
    return new OneByOne<Done>(context)
        .ask(
            asked.nodes(context),
            node -> context.server().follow(node, ref),
            (node, _) -> line(node, ref))
        .nodes();
  }

  private static String line(NodeView node, String ref) {
    String pinned = node.pin() == null ? "" : ", once its pin has ended";
    return node.name() + " follows " + ref + " (was " + node.ref() + ")" + pinned;
  }
}

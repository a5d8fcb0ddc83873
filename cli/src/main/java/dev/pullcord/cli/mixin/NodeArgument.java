package dev.pullcord.cli.mixin;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Selection;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.id.NodeName;
import picocli.CommandLine.Parameters;

/** The one node that a verb is about. */
public final class NodeArgument {
  @Parameters(index = "0", paramLabel = "NODE", description = "The node.")
  String name = "";

  /** Its name; a {@link Failure} where it cannot be one. */
  public NodeName name() {
    return Selection.name(name);
  }

  /** All that the server knows of it. */
  public NodeView view(VerbContext context) {
    return Replies.need(context.server().node(name()));
  }
}

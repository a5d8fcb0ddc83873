package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.mixin.Confirmed;
import dev.pullcord.cli.mixin.NodeArgument;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.id.NodeName;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code pullcord node remove NAME}: its key is refused from now on. */
@Command(
    name = "remove",
    description = "Remove a node: its key is refused from now on, its workers run on.")
public final class NodeRemoveVerb extends Verb {
  @Mixin NodeArgument node = new NodeArgument();
  @Mixin Confirmed confirmed = new Confirmed();

  /** The verb. */
  public NodeRemoveVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    NodeView view = node.view(context);
    NodeName name = view.name();
    String state = " (" + view.state().wireName() + ")";
    confirmed.insist(context, "remove " + name + state + "? Only a new invitation brings it back.");
    Replies.need(context.server().remove(name));
    return View.of(
        Map.of("removed", name), "removed " + name + "; its agent is cut off, its workers run on");
  }
}

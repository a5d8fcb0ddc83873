package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.mixin.NodeArgument;
import dev.pullcord.protocol.api.NodeView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code pullcord why NODE}: one paragraph. */
@Command(name = "why", description = "Which state a node is in, why, since when, and what to do.")
public final class WhyVerb extends Verb {
  @Mixin NodeArgument node = new NodeArgument();

  /** The verb. */
  public WhyVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    NodeView view = node.view(context);
    return View.of(view, view.why());
  }
}

package dev.pullcord.cli.command.steer;

import dev.pullcord.cli.command.OneByOne;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.command.view.NodeRows;
import dev.pullcord.cli.mixin.NodeSelection;
import dev.pullcord.client.ServerClient.Done;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.report.NodeState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code pullcord retry}: ends a quarantine. */
@Command(
    name = "retry",
    description = "Let nodes try again what failed there: ends the quarantine.")
public final class RetryVerb extends Verb {
  @Mixin NodeSelection selection = new NodeSelection();

  /** The verb. */
  public RetryVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    return new OneByOne<Done>(context)
        .ask(selection.nodes(context), context.server()::retry, (node, _) -> line(node))
        .nodes();
  }

  private static String line(NodeView node) {
    String target = NodeRows.brief(node.targetCommit());
    if (node.state() == NodeState.CONVERGED) {
      return node.name() + " runs " + target + " already: it had given up nothing";
    }
    String away = NodeRows.away(node);
    return away.isEmpty()
        ? node.name() + " tries " + target + " again; it was: " + node.reason()
        : "%s is %s: asked to try %s again when it comes back".formatted(node.name(), away, target);
  }
}

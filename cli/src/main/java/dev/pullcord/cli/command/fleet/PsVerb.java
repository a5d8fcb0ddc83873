package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.command.view.Generations;
import dev.pullcord.cli.mixin.NodeSelector;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.protocol.api.NodeView;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code pullcord ps [NODE…]}: the processes of workers. */
@Command(
    name = "ps",
    description =
        "The workers: each generation with pid, commit, phase and age. Those of the named nodes,"
            + " or of the whole fleet.")
public final class PsVerb extends Verb {
  @Mixin NodeSelector selector = new NodeSelector();

  @Parameters(
      paramLabel = "NODE",
      arity = "0..*",
      description = "The nodes; without them, and without -l, the whole fleet.")
  List<String> names = new ArrayList<>();

  /** The verb. */
  public PsVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    boolean one = names.size() == 1 && !selector.byLabels();
    List<NodeView> nodes =
        names.isEmpty() && !selector.byLabels()
            ? Replies.need(context.server().nodes(null, null)).nodes()
            : selector.resolve(context, names);
    Object document = one ? nodes.getFirst().workers() : new NodeView.Page(nodes, null);
    List<StyledLine> lines =
        one
            ? Generations.lines(nodes.getFirst().workers(), context.now())
            : Generations.ofAll(nodes, context.now());
    return lines.isEmpty()
        ? View.of(document, (one ? nodes.getFirst().name() + " has" : "there are") + " no workers")
        : View.of(document, () -> lines);
  }
}

package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.command.view.Generations;
import dev.pullcord.cli.mixin.NodeArgument;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.protocol.api.NodeView;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code pullcord ps NODE}: the processes of its workers. */
@Command(
    name = "ps",
    description = "The workers of a node: each generation with pid, commit, phase and age.")
public final class PsVerb extends Verb {
  @Mixin NodeArgument node = new NodeArgument();

  /** The verb. */
  public PsVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    NodeView view = node.view(context);
    List<StyledLine> lines = Generations.lines(view.workers(), context.now());
    return lines.isEmpty()
        ? View.of(view.workers(), view.name() + " has no workers")
        : View.of(view.workers(), () -> lines);
  }
}

package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Selection;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.view.Generations;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.error.ExitCode;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pullcord ps NODE}: the processes of its workers. */
@Command(
    name = "ps",
    description = "The workers of a node: each generation with pid, commit, phase and age.")
public final class PsVerb extends Verb {
  @Parameters(index = "0", paramLabel = "NODE", description = "The node.")
  String name = "";

  /** The verb. */
  public PsVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected ExitCode run() {
    NodeView node = Replies.need(context.server().node(Selection.name(name)));
    if (context.json()) {
      context.console().json(node.workers());
      return ExitCode.DONE;
    }
    List<StyledLine> lines = Generations.lines(node.workers(), context.now());
    if (lines.isEmpty()) {
      context.console().line(name + " has no workers");
    }
    context.console().lines(lines);
    return ExitCode.DONE;
  }
}

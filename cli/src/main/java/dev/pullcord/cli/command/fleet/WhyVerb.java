package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Selection;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.error.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pullcord why NODE}: one paragraph. */
@Command(name = "why", description = "Which state, why, since when, what to do: one paragraph.")
public final class WhyVerb extends Verb {
  @Parameters(index = "0", paramLabel = "NODE", description = "The node.")
  String name = "";

  /** The verb. */
  public WhyVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected ExitCode run() {
    NodeView node = Replies.need(context.server().node(Selection.name(name)));
    if (context.json()) {
      context.console().json(node);
    } else {
      context.console().line(StyledLine.of(node.why()));
    }
    return ExitCode.DONE;
  }
}

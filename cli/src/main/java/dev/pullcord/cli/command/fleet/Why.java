package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.Answers;
import dev.pullcord.cli.command.Desk;
import dev.pullcord.cli.command.Selection;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.output.Line;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.error.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pullcord why NODE}: one paragraph. */
@Command(name = "why", description = "Which state, why, since when, what to do: one paragraph.")
public final class Why extends Verb {
  @Parameters(index = "0", paramLabel = "NODE", description = "The node.")
  String name = "";

  /** The verb. */
  public Why(Desk desk) {
    super(desk);
  }

  @Override
  protected ExitCode run() {
    NodeView node = Answers.need(desk.server().node(Selection.name(name)));
    if (desk.json()) {
      desk.console().json(node);
    } else {
      desk.console().line(Line.of(node.why()));
    }
    return ExitCode.DONE;
  }
}

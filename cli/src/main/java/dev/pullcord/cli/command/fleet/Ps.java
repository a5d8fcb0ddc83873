package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.Answers;
import dev.pullcord.cli.command.Desk;
import dev.pullcord.cli.command.Selection;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.view.Generations;
import dev.pullcord.cli.output.Line;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.error.ExitCode;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pullcord ps NODE}: the processes of its workers. */
@Command(
    name = "ps",
    description = "The workers of a node: each generation with pid, commit, phase and age.")
public final class Ps extends Verb {
  @Parameters(index = "0", paramLabel = "NODE", description = "The node.")
  String name = "";

  /** The verb. */
  public Ps(Desk desk) {
    super(desk);
  }

  @Override
  protected ExitCode run() {
    NodeView node = Answers.need(desk.server().node(Selection.name(name)));
    if (desk.json()) {
      desk.console().json(node.workers());
      return ExitCode.DONE;
    }
    List<Line> lines = Generations.lines(node.workers(), desk.now());
    if (lines.isEmpty()) {
      desk.console().line(name + " has no workers");
    }
    desk.console().lines(lines);
    return ExitCode.DONE;
  }
}

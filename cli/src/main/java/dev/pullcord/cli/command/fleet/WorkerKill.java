package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.Answers;
import dev.pullcord.cli.command.Desk;
import dev.pullcord.cli.command.Selection;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.NodeName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pullcord worker kill}: ends a generation the hard way. */
@Command(
    name = "kill",
    description = "Kill a generation with SIGKILL; what it works on is lost or done again.")
public final class WorkerKill extends Verb {
  @Parameters(index = "0", paramLabel = "NODE", description = "The node.")
  String name = "";

  @Parameters(
      index = "1",
      paramLabel = "GENERATION",
      description = "The number that pullcord ps NODE shows.")
  long generation;

  @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why.")
  String reason = "";

  /** The verb. */
  public WorkerKill(Desk desk) {
    super(desk);
  }

  @Override
  protected ExitCode run() {
    NodeName node = Selection.name(name);
    Answers.need(desk.server().kill(node, generation, reason));
    if (desk.json()) {
      desk.console().json(Answers.need(desk.server().node(node)));
    } else {
      desk.console().line("generation " + generation + " of " + node + " is being killed");
    }
    return ExitCode.DONE;
  }
}

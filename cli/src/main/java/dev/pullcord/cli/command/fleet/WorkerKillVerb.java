package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Selection;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.NodeName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pullcord worker kill}: ends a generation the hard way. */
@Command(
    name = "kill",
    description = "Kill a generation with SIGKILL; what it works on is lost or done again.")
public final class WorkerKillVerb extends Verb {
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
  public WorkerKillVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected ExitCode run() {
    NodeName node = Selection.name(name);
    Replies.need(context.server().kill(node, generation, reason));
    if (context.json()) {
      context.console().json(Replies.need(context.server().node(node)));
    } else {
      context.console().line("generation " + generation + " of " + node + " is being killed");
    }
    return ExitCode.DONE;
  }
}

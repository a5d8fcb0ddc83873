package dev.pullcord.cli.command.steer;

import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.output.Failure;
import picocli.CommandLine.Command;

/** {@code pullcord worker}: what operators ask of workers, by its subcommands. */
@Command(
    name = "worker",
    description = "Stop, start or restart workers of nodes; or kill a generation.")
public final class WorkerVerb extends Verb {
  /** The verb. */
  public WorkerVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    throw Failure.usage(
        "what is to be done? pullcord worker stop, start, restart or kill expected");
  }
}

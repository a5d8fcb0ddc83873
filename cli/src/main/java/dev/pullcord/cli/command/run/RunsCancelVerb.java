package dev.pullcord.cli.command.run;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.client.RunCalls;
import dev.pullcord.protocol.action.RunState;
import dev.pullcord.protocol.action.RunView;
import dev.pullcord.protocol.unit.Counted;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pullcord runs cancel ID}: nothing of a run begins any more, and what runs is killed. */
@Command(
    name = "cancel",
    description = "Cancel a run: no further node begins it, and nodes that run it kill it.")
public final class RunsCancelVerb extends Verb {
  @Parameters(index = "0", paramLabel = "ID", description = "The run's number.")
  long id;

  /** The verb. */
  public RunsCancelVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    RunView run = Replies.need(new RunCalls(context.server()).cancel(id));
    long open = run.nodes().stream().filter(node -> !node.state().ended()).count();
    long done = run.nodes().stream().filter(node -> node.state() == RunState.DONE).count();
    return View.of(
        run,
        "run %d is cancelled: ok on %d of %s, %d to hear of it; follow it: pullcord runs show %d"
            .formatted(id, done, Counted.of(run.nodes().size(), "node"), open, id));
  }
}

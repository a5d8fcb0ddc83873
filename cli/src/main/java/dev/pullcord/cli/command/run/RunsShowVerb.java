package dev.pullcord.cli.command.run;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.client.RunCalls;
import dev.pullcord.protocol.action.RunView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pullcord runs show ID}: a run with its output; follows one that goes on. */
@Command(
    name = "show",
    description =
        "Show a run with its output, until it ends. The exit codes are those of pullcord run.")
public final class RunsShowVerb extends Verb {
  @Parameters(index = "0", paramLabel = "ID", description = "The run's number.")
  long id;

  /** The verb. */
  public RunsShowVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() throws InterruptedException {
    RunView run = Replies.need(new RunCalls(context.server()).one(id));
    StringBuilder call = new StringBuilder(run.action());
    run.parameters().forEach((name, value) -> call.append(' ').append(name + "=" + value));
    context.tell(
        StyledLine.of(
            Style.FAINT, "run %d: %s, by %s at %s".formatted(id, call, run.by(), run.startedAt())));
    return new RunFollower(context, id).follow();
  }
}

package dev.pullcord.cli.command.run;

import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.mixin.Limited;
import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.cli.output.Table;
import dev.pullcord.client.RunCalls;
import dev.pullcord.protocol.action.RunState;
import dev.pullcord.protocol.action.RunView;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code pullcord runs}: the last runs of actions, newest first. */
@Command(name = "runs", description = "Which actions were run, and what came of it.")
public final class RunsVerb extends Verb {
  @Mixin Limited limited = new Limited(20);

  /** The verb. */
  public RunsVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    Limited.Part<RunView> part =
        limited.read(new RunCalls(context.server())::page, RunView.Page::runs, RunView.Page::next);
    RunView last = part.last();
    RunView.Page page =
        new RunView.Page(part.items(), last == null ? null : Long.toString(last.id()));
    return part.items().isEmpty()
        ? View.of(page, "no action was run yet")
        : View.of(page, () -> table(part.items()));
  }

  private List<StyledLine> table(List<RunView> runs) {
    Table table = new Table("ID", "STATE", "OK", "STARTED", "BY", "ACTION");
    for (RunView run : runs) {
      long done = run.nodes().stream().filter(node -> node.state() == RunState.DONE).count();
      table.row(
          StyledLine.of(Style.STRONG, Long.toString(run.id())),
          RunLines.state(run.state()),
          StyledLine.of(done + "/" + run.nodes().size()),
          StyledLine.of(Ages.ago(run.startedAt(), context.now())),
          StyledLine.of(run.by()),
          StyledLine.of(run.action() + values(run)));
    }
    return table.lines();
  }

  private static String values(RunView run) {
    return run.parameters().entrySet().stream()
        .map(value -> " " + value.getKey() + "=" + value.getValue())
        .collect(Collectors.joining());
  }
}

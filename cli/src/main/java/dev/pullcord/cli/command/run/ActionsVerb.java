package dev.pullcord.cli.command.run;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.cli.output.Table;
import dev.pullcord.client.RunCalls;
import dev.pullcord.protocol.action.ActionView;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pullcord actions}: those that the manifests of the fleet declare. */
@Command(name = "actions", description = "Which actions there are, with their parameters.")
public final class ActionsVerb extends Verb {
  @Option(names = "--names", description = "Only their names, one a line.")
  boolean names;

  /** The verb. */
  public ActionsVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    ActionView.All all = Replies.need(new RunCalls(context.server()).actions());
    if (names) {
      return View.of(
          all,
          () ->
              all.actions().stream().map(ActionView::name).distinct().map(StyledLine::of).toList());
    }
    return all.actions().isEmpty()
        ? View.of(all, "no commit that a node runs declares an action")
        : View.of(all, () -> table(all.actions()));
  }

  private static List<StyledLine> table(List<ActionView> actions) {
    Table table = new Table("ACTION", "NODES", "COMMITS", "TIMEOUT", "PARAMETERS", "RUNS");
    for (ActionView action : actions) {
      table.row(
          StyledLine.of(Style.STRONG, action.name()),
          StyledLine.of(Integer.toString(action.nodes())),
          StyledLine.of(String.join(",", action.commits())),
          StyledLine.of(action.timeout()),
          StyledLine.of(
              action.parameters().isEmpty()
                  ? "-"
                  : action.parameters().stream()
                      .map(ActionsVerb::parameter)
                      .collect(Collectors.joining(" "))),
          StyledLine.of(String.join(" ", action.run())));
    }
    return table.lines();
  }

  /** {@code days=7} with its default, {@code days=[0-9]+} without one. */
  private static String parameter(ActionView.Parameter parameter) {
    String preset = parameter.preset();
    return parameter.name() + "=" + (preset == null ? "<" + parameter.pattern() + ">" : preset);
  }
}

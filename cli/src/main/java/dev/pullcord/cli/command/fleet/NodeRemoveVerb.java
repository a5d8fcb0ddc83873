package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.Questions;
import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Selection;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.NodeName;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pullcord node remove NAME}: its key is refused from now on. */
@Command(
    name = "remove",
    description = "Remove a node: its key is refused from now on, its workers run on.")
public final class NodeRemoveVerb extends Verb {
  @Parameters(index = "0", paramLabel = "NAME", description = "The node.")
  String name = "";

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  /** The verb. */
  public NodeRemoveVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected ExitCode run() {
    NodeName node = Selection.name(name);
    NodeView view = Replies.need(context.server().node(node));
    String state = " (" + view.state().wireName() + ")";
    Questions.insist(
        context, yes, "remove " + node + state + "? Only a new invitation brings it back.");
    Replies.need(context.server().remove(node));
    if (context.json()) {
      context.console().json(Map.of("removed", node));
    } else {
      context.console().line("removed " + node + "; its agent is cut off, its workers run on");
    }
    return ExitCode.DONE;
  }
}

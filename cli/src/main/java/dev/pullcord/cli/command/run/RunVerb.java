package dev.pullcord.cli.command.run;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.mixin.NodeSelector;
import dev.pullcord.cli.mixin.Times;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.client.RunCalls;
import dev.pullcord.protocol.action.RunView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pullcord run ACTION NODE… [name=value…]}: an action on nodes, with their output. */
@Command(
    name = "run",
    description =
        "Run an action on nodes. Exit 0 ok everywhere, 1 not ok on a node, 2 no such action or"
            + " node, 3 only that nodes were not reached in time.")
public final class RunVerb extends Verb {
  @Parameters(index = "0", paramLabel = "ACTION", description = "The action.")
  String action = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "NODE|name=value",
      description = "The nodes, and values for the action's parameters.")
  List<String> words = new ArrayList<>();

  @Mixin NodeSelector selector = new NodeSelector();

  @Option(
      names = "--batch",
      paramLabel = "N|N%",
      description = "How many nodes at a time, or which share of them; default: all.")
  @Nullable String batch;

  @Option(
      names = "--stop-after",
      paramLabel = "N",
      description = "After this many failures no further node begins.")
  @Nullable Integer stopAfter;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "A node that has not begun after this time does not begin; default: 5m.")
  @Nullable String timeout;

  /** The verb. */
  public RunVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() throws InterruptedException {
    List<String> names = new ArrayList<>();
    Map<String, String> values = new LinkedHashMap<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals < 0) {
        names.add(word);
      } else {
        values.put(word.substring(0, equals), word.substring(equals + 1));
      }
    }
    if (timeout != null) {
      Times.parse("--timeout", timeout);
    }
    String labels = selector.labels();
    if (labels == null && names.isEmpty()) {
      throw Failure.usage("which nodes? names or -l LABELS expected");
    }
    if (labels != null && !names.isEmpty()) {
      throw Failure.usage("names or -l LABELS, not both");
    }
    if (labels != null && labels.isBlank()) {
      throw Failure.usage("-l is empty, as a variable that is not set; LABELS expected");
    }
    RunView.Request request =
        new RunView.Request(
            action, labels, labels == null ? names : null, values, batch, stopAfter, timeout);
    long id = Replies.need(new RunCalls(context.server()).start(request)).id();
    if (context.console().drawable()) {
      context.tell(StyledLine.of(Style.FAINT, "run " + id));
    }
    return new RunFollower(context, id).follow();
  }
}

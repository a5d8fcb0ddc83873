package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.command.view.NodeRows;
import dev.pullcord.cli.mixin.NodeFilter;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.yaml.DidYouMean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pullcord nodes}: a line per node. */
@Command(name = "nodes", description = "A line per node.")
public final class NodesVerb extends Verb {
  @Mixin NodeFilter filter = new NodeFilter();

  @Option(
      names = "--state",
      paramLabel = "STATE",
      completionCandidates = States.class,
      description = "Only nodes in this state, or in one of several: failed,offline.")
  @Nullable String state;

  /** The verb. */
  public NodesVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    checkState();
    String labels = filter.checked(context);
    NodeView.Page page = Replies.need(context.server().nodes(labels, state));
    if (page.nodes().isEmpty()) {
      String none = "no nodes yet; pullcord invite lets one join";
      return View.of(page, state == null ? none : "no node is " + state.replace(",", " or "));
    }
    return View.of(page, () -> NodeRows.fitting(page.nodes(), context.now(), context.console()));
  }

  private void checkState() {
    if (state == null) {
      return;
    }
    List<String> known = Arrays.stream(NodeState.values()).map(NodeState::wireName).toList();
    for (String one : state.split(",", -1)) {
      if (!known.contains(one)) {
        throw Failure.usage(
            Quoted.of(one)
                + " is no state: some of "
                + String.join(", ", known)
                + " expected, with commas between them"
                + DidYouMean.of(one, known));
      }
    }
  }

  /** For the completion of the shell. */
  static final class States extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    States() {
      super(Stream.of(NodeState.values()).map(NodeState::wireName).toList());
    }
  }
}

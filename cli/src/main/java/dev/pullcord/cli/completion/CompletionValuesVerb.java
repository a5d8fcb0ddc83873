package dev.pullcord.cli.completion;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.client.RunCalls;
import dev.pullcord.client.ServerClient;
import dev.pullcord.protocol.action.ActionView;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.NodeView;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pullcord completion-values KIND}: what a shell's script asks for, one value a line. */
@Command(
    name = "completion-values",
    hidden = true,
    description = "Names that can be typed, for the completion of the shell.")
public final class CompletionValuesVerb extends Verb {
  /** Nothing that a shell reads as more than a word: nodes and pushers choose some of the names. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._/=@+:,][A-Za-z0-9._/=@+:,-]*");

  @Parameters(index = "0", paramLabel = "KIND", description = "nodes, refs, workers and so on")
  String kind = "";

  /** The verb. */
  public CompletionValuesVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    List<String> values =
        Stream.of(ValueKind.values())
            .filter(known -> known.word().equals(kind))
            .flatMap(this::values)
            .filter(value -> PLAIN.matcher(value).matches())
            .distinct()
            .sorted()
            .toList();
    return View.of(values, () -> values.stream().map(StyledLine::of).toList());
  }

  private Stream<String> values(ValueKind wanted) {
    return switch (wanted) {
      case NODES -> nodes().map(node -> node.name().value());
      case REFS -> Replies.need(server().fleet()).refs().stream().map(Fleet.Ref::ref);
      case WORKERS -> nodes().flatMap(node -> node.workers().keySet().stream());
      case LABELS ->
          nodes()
              .flatMap(node -> node.labels().entrySet().stream())
              .map(label -> label.getKey() + "=" + label.getValue());
      case ACTIONS ->
          Replies.need(new RunCalls(server()).actions()).actions().stream().map(ActionView::name);
      case CONTEXTS -> context.logins().read().contexts().keySet().stream();
    };
  }

  private Stream<NodeView> nodes() {
    return Replies.need(server().nodes(null, null)).nodes().stream();
  }

  private ServerClient server() {
    return context.server();
  }
}

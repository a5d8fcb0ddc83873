package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.OneByOne;
import dev.pullcord.cli.command.Selection;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.client.ServerClient;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.error.ExitCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pullcord unpin}: back to the node's own ref. */
@Command(name = "unpin", description = "End a pin: back to the node's own ref.")
public final class UnpinVerb extends Verb {
  @Parameters(paramLabel = "NODE", arity = "0..*", description = "The nodes.")
  List<String> names = new ArrayList<>();

  @Option(
      names = {"-l", "--selector"},
      paramLabel = "LABELS",
      description = "In place of names: those of these labels that are pinned.")
  @Nullable String selector;

  /** The verb. */
  public UnpinVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected ExitCode run() {
    ServerClient server = context.server();
    List<NodeView> nodes = Selection.resolve(server, names, selector);
    if (selector != null) {
      nodes = nodes.stream().filter(n -> n.pin() != null).toList();
    }
    if (nodes.isEmpty() && !context.json()) {
      context.console().line("none of these is pinned");
    }
    List<NodeView> changed = new ArrayList<>();
    ExitCode code =
        OneByOne.run(
            context,
            nodes,
            server::unpin,
            (node, _) -> {
              changed.add(node);
              if (!context.json()) {
                context.console().line("unpinned " + node.name() + ", back to " + node.ref());
              }
            });
    if (context.json()) {
      context.console().json(Selection.again(server, changed));
    }
    return code;
  }
}

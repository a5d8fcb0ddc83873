package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.OneByOne;
import dev.pullcord.cli.command.Selection;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.view.NodeRows;
import dev.pullcord.client.ServerClient;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.error.ExitCode;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code pullcord retry}: ends a quarantine. */
@Command(name = "retry", description = "Try again what was given up: ends a quarantine.")
public final class RetryVerb extends Verb {
  @Parameters(paramLabel = "NODE", arity = "0..*", description = "The nodes.")
  List<String> names = new ArrayList<>();

  @Mixin NodeSelector selector = new NodeSelector();

  /** The verb. */
  public RetryVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected ExitCode run() {
    ServerClient server = context.server();
    List<NodeView> nodes = Selection.resolve(server, names, selector.labels);
    List<NodeView> asked = new ArrayList<>();
    ExitCode code =
        OneByOne.run(
            context,
            nodes,
            server::retry,
            (node, _) -> {
              asked.add(node);
              if (!context.json()) {
                String target = NodeRows.brief(node.targetCommit());
                context
                    .console()
                    .line(node.name() + " tries " + target + " again; it was: " + node.reason());
              }
            });
    if (context.json()) {
      context.console().json(Selection.again(server, asked));
    }
    return code;
  }
}

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
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code pullcord follow NODE… REF}: changes the ref that a node follows. */
@Command(name = "follow", description = "Change the ref that nodes follow, for good.")
public final class FollowVerb extends Verb {
  @Parameters(
      paramLabel = "NODE... REF",
      arity = "1..*",
      hideParamSyntax = true,
      description = "The nodes, and last the branch.")
  List<String> words = new ArrayList<>();

  @Mixin NodeSelector selector = new NodeSelector();

  /** The verb. */
  public FollowVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected ExitCode run() {
    NamesAndRef asked = NamesAndRef.of(words, selector.labels);
    ServerClient server = context.server();
    List<NodeView> changed = new ArrayList<>();
    ExitCode code =
        OneByOne.run(
            context,
            Selection.resolve(server, asked.names(), selector.labels),
            node -> server.follow(node, asked.ref()),
            (node, _) -> {
              changed.add(node);
              if (!context.json()) {
                String pinned = node.pin() == null ? "" : ", once its pin has ended";
                context
                    .console()
                    .line(
                        node.name()
                            + " follows "
                            + asked.ref()
                            + " (was "
                            + node.ref()
                            + ")"
                            + pinned);
              }
            });
    if (context.json()) {
      context.console().json(Selection.again(server, changed));
    }
    return code;
  }
}

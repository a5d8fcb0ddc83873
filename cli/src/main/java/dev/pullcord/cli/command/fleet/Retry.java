package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.client.ServerClient;
import dev.pullcord.cli.command.Desk;
import dev.pullcord.cli.command.OneByOne;
import dev.pullcord.cli.command.Selection;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.view.NodeRows;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.error.ExitCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pullcord retry}: ends a quarantine. */
@Command(name = "retry", description = "Try again what was given up: ends a quarantine.")
public final class Retry extends Verb {
  @Parameters(paramLabel = "NODE", arity = "0..*", description = "The nodes.")
  List<String> names = new ArrayList<>();

  @Option(
      names = {"-l", "--selector"},
      paramLabel = "LABELS",
      description = "In place of names: nodes with these labels.")
  @Nullable String selector;

  /** The verb. */
  public Retry(Desk desk) {
    super(desk);
  }

  @Override
  protected ExitCode run() {
    ServerClient server = desk.server();
    List<NodeView> nodes = Selection.resolve(server, names, selector);
    List<NodeView> asked = new ArrayList<>();
    ExitCode code =
        OneByOne.run(
            desk,
            nodes,
            server::retry,
            (node, _) -> {
              asked.add(node);
              if (!desk.json()) {
                String target = NodeRows.brief(node.targetCommit());
                desk.console()
                    .line(node.name() + " tries " + target + " again; it was: " + node.reason());
              }
            });
    if (desk.json()) {
      desk.console().json(Selection.again(server, asked));
    }
    return code;
  }
}

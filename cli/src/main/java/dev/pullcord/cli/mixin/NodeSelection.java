package dev.pullcord.cli.mixin;

import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.protocol.api.NodeView;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Parameters;

/** {@code NODE…} or {@code -l LABELS}: the nodes that a verb acts on. */
public final class NodeSelection extends NodeSelector {
  @Parameters(paramLabel = "NODE", arity = "0..*", description = "The nodes.")
  List<String> names = new ArrayList<>();

  /** The names as they were given; none with {@code -l}. */
  public List<String> words() {
    return List.copyOf(names);
  }

  /** The nodes as they are now: all of them or a {@link Failure}. */
  public List<NodeView> nodes(VerbContext context) {
    return resolve(context, names);
  }
}

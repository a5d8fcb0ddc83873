package dev.pullcord.cli.mixin;

import dev.pullcord.cli.command.BranchOrNode;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.protocol.api.NodeView;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Parameters;

/** {@code NODE… REF} or {@code -l LABELS REF}: the nodes that a verb acts on, and a ref. */
public final class NodesAndRef extends NodeSelector {
  @Parameters(
      paramLabel = "NODE... REF",
      arity = "1..*",
      hideParamSyntax = true,
      description = "The nodes, then the branch (for pin also a tag or a commit).")
  List<String> words = new ArrayList<>();

  /** The last word; a {@link Failure} where the words cannot be nodes and a ref. */
  public String ref() {
    if (words.size() < (byLabels() ? 1 : 2)) {
      throw Failure.usage("nodes (or -l LABELS) and then a ref expected");
    }
    return words.getLast();
  }

  /** The nodes as they are now: all of them or a {@link Failure}. */
  public List<NodeView> nodes(VerbContext context) {
    List<String> names = words.subList(0, words.size() - 1);
    return BranchOrNode.nodes(
        context, names, "the nodes come first, and the ref last", () -> resolve(context, names));
  }
}

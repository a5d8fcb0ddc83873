package dev.pullcord.cli.mixin;

import dev.pullcord.cli.command.Selection;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.protocol.api.NodeView;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Lets a verb take nodes by their labels in place of their names. */
public class NodeSelector {
  @Option(
      names = {"-l", "--selector"},
      paramLabel = "LABELS",
      description = "In place of names: nodes with these labels.")
  @Nullable String labels;

  /** The labels as they were written; null where nodes are named. */
  public final @Nullable String labels() {
    return labels;
  }

  /** Whether there are labels in place of names. */
  public final boolean byLabels() {
    return labels != null;
  }

  /** The nodes of these names, or of the labels; a {@link Failure} for none or for both. */
  public final List<NodeView> resolve(VerbContext context, List<String> names) {
    return Selection.resolve(context.server(), names, labels);
  }
}

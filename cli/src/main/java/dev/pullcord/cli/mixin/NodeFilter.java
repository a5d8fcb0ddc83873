package dev.pullcord.cli.mixin;

import dev.pullcord.cli.command.Selection;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.output.Failure;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Limits what a verb shows or waits for to nodes with some labels. */
public final class NodeFilter {
  @Option(
      names = {"-l", "--selector"},
      paramLabel = "LABELS",
      description = "Only nodes with these labels: role=grep,dc!=sea")
  @Nullable String labels;

  /** The labels as they were written; null for all nodes. */
  public @Nullable String labels() {
    return labels;
  }

  /** The labels, checked: a {@link Failure} where no node has them. */
  public @Nullable String checked(VerbContext context) {
    if (labels != null) {
      Selection.some(context.server(), labels);
    }
    return labels;
  }
}

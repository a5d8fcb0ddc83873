package dev.pullcord.cli.command.fleet;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Lets a verb take nodes by their labels in place of their names. */
final class NodeSelector {
  @Option(
      names = {"-l", "--selector"},
      paramLabel = "LABELS",
      description = "In place of names: nodes with these labels.")
  @Nullable String labels;
}

package dev.pullcord.cli.mixin;

import dev.pullcord.cli.output.Failure;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code [REF] [-l LABELS]}: what a freeze is about; the whole fleet when nothing is given. */
public final class FreezeScope {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "REF",
      description = "Only nodes of this branch; default: of every branch.")
  @Nullable String ref;

  @Option(
      names = {"-l", "--selector"},
      paramLabel = "LABELS",
      description = "Only nodes with these labels: role=grep,dc!=sea")
  @Nullable String labels;

  /** The branch; null for every branch. */
  public @Nullable String ref() {
    return given("REF", ref);
  }

  /** The labels; null for every node. */
  public @Nullable String labels() {
    return given("-l", labels);
  }

  private static @Nullable String given(String what, @Nullable String text) {
    if (text != null && text.isBlank()) {
      throw Failure.usage(what + " is empty, as a variable that is not set");
    }
    return text;
  }
}

package dev.pullcord.cli.mixin;

import dev.pullcord.cli.output.Failure;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --ttl}: how long a token works. */
public final class Lifetime {
  @Option(
      names = "--ttl",
      paramLabel = "TIME",
      description =
          "How long the token works: 1h, 30d; default: 1h for an invitation, for good for a token"
              + " of a person or a program.")
  @Nullable String ttl;

  /** What was given, null where nothing was; a {@link Failure} where it is no time. */
  public @Nullable String checked() {
    if (ttl != null) {
      Times.parse("--ttl", ttl);
    }
    return ttl;
  }
}

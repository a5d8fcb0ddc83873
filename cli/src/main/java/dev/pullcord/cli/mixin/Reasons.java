package dev.pullcord.cli.mixin;

import dev.pullcord.cli.output.Failure;

/** Reasons as people write them. */
public final class Reasons {
  private static final int MOST = 500;

  private Reasons() {}

  /** The reason without blanks around it; a {@link Failure} where nothing, or too much, is left. */
  public static String checked(String reason) {
    int length = reason.strip().length();
    if (length == 0 || length > MOST) {
      throw Failure.usage("--reason has " + length + " characters: 1 to 500 expected");
    }
    return reason.strip();
  }
}

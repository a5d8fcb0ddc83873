package dev.pullcord.protocol.unit;

/** Writes a number of things for people: {@code 1 file}, {@code 2 files}. */
public final class Counted {
  private Counted() {}

  /** The number and the noun, with an s when there is not exactly one. */
  public static String of(int n, String noun) {
    return n + " " + noun + (n == 1 ? "" : "s");
  }
}

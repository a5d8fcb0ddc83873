package dev.pullcord.protocol.manifest.node;

/**
 * A part of a number of nodes: a number of them, or percent of all.
 *
 * @param amount nodes, or percent
 * @param percent which of the two
 */
public record NodeShare(int amount, boolean percent) {
  /** Every node. */
  public static final NodeShare ALL = new NodeShare(100, true);

  private static final int WHOLE = 100;

  /** How many of that many nodes; rounded down, and at least one. */
  public int of(int nodes) {
    return Math.max(1, percent ? (int) ((long) nodes * amount / WHOLE) : amount);
  }

  /** As the manifest has it. */
  @Override
  public String toString() {
    return percent ? amount + "%" : Integer.toString(amount);
  }
}

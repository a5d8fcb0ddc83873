package dev.pullcord.server.channel;

/**
 * How many nodes may be connected at a time.
 *
 * @param nodes at a time
 * @param limitedBy what there is not enough of for more, in words for the operator
 */
public record NodeRoom(int nodes, String limitedBy) {
  private static final long NODE_BYTES = 128 << 10;
  private static final long OTHER_BYTES = 64 << 20;
  private static final int NODES_MIN = 128;
  private static final int NODES_MAX = 100_000;

  /** A node has two of twenty; a tenth of all is for those that come and go. */
  private static final int NODES_IN_TWENTY = 9;

  /**
   * What fits a server.
   *
   * @param heapBytes how large its heap may become
   * @param connections how many its agents' port takes
   */
  public static NodeRoom fitting(long heapBytes, int connections) {
    int memory = Math.clamp((heapBytes - OTHER_BYTES) / NODE_BYTES, NODES_MIN, NODES_MAX);
    long open = Math.max(1, connections * (long) NODES_IN_TWENTY / 20);
    return open < memory
        ? new NodeRoom((int) open, "its connections (limits.connections, and the open files)")
        : new NodeRoom(memory, "its memory (the heap)");
  }
}

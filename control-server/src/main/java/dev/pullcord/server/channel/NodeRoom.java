package dev.pullcord.server.channel;

import org.jspecify.annotations.Nullable;

/**
 * How many nodes may be connected at a time.
 *
 * @param nodes that the memory is enough for
 * @param connections that nodes may have in all
 */
public record NodeRoom(int nodes, int connections) {
  private static final long NODE_BYTES = 128 << 10;
  private static final long OTHER_BYTES = 64 << 20;
  private static final int NODES_MIN = 128;
  private static final int NODES_MAX = 100_000;

  /** A tenth of a port's connections is for those that come and go. */
  private static final int KEPT_SHARE = 10;

  /**
   * What fits a server.
   *
   * @param heapBytes how large its heap may become
   * @param connections how many its agents' port takes
   */
  public static NodeRoom fitting(long heapBytes, int connections) {
    int memory = Math.clamp((heapBytes - OTHER_BYTES) / NODE_BYTES, NODES_MIN, NODES_MAX);
    return new NodeRoom(memory, Math.max(1, connections - connections / KEPT_SHARE));
  }

  /**
   * Why one more node cannot come in; null where it can.
   *
   * @param open how many nodes are connected
   * @param taken the connections that these have
   * @param needs how many connections the newcomer has
   */
  @Nullable String full(int open, int taken, int needs) {
    if (open >= nodes) {
      return takes(nodes, "its memory (the heap)");
    }
    return open > 0 && taken + needs > connections
        ? takes(open, "its connections (limits.connections, and the open files)")
        : null;
  }

  private static String takes(int many, String limit) {
    return "this server takes " + many + " nodes, as many as fit " + limit;
  }
}

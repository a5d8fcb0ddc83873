package dev.pullcord.protocol.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.pullcord.protocol.id.NodeName;
import org.jspecify.annotations.Nullable;

/**
 * What comes next of the logs of several nodes: a line, or that a node's log is at its end.
 *
 * @param node whose log it is
 * @param line what a worker wrote, without its end; null where there is no more of this log
 * @param problem why it could not be read, or not be read on; null where it could
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NodeLog(NodeName node, @Nullable String line, @Nullable String problem) {
  /** The media type of a stream of these: JSON documents, each on a line of its own. */
  public static final String MEDIA_TYPE = "application/x-ndjson";

  /** So many nodes at most are in one stream. */
  public static final int NODES_MAX = 100;

  /** The last line of one node's log that ends before its end; the one before says why. */
  public static final String BROKE_OFF = "\0broke off";

  /** A line. */
  public static NodeLog line(NodeName node, String line) {
    return new NodeLog(node, line, null);
  }

  /** There is no more of it. */
  public static NodeLog ended(NodeName node) {
    return new NodeLog(node, null, null);
  }

  /** There is no more of it, because of that. */
  public static NodeLog failed(NodeName node, String problem) {
    return new NodeLog(node, null, problem);
  }
}

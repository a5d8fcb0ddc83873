package dev.pullcord.server.security;

import dev.pullcord.protocol.id.NodeName;

/** What the server knows of a node's key. */
public sealed interface NodeIdentity {
  /**
   * The key of a node of this fleet.
   *
   * @param name the node
   */
  record Known(NodeName name) implements NodeIdentity {}

  /** The key of a node that was removed: 403 {@code NODE_REMOVED}. */
  record Removed() implements NodeIdentity {}

  /** Nobody's key: 401 {@code NODE_UNKNOWN}. */
  record Unknown() implements NodeIdentity {}
}

package dev.pullcord.server.security;

import dev.pullcord.protocol.id.NodeKeyId;
import java.util.Optional;
import org.eclipse.jetty.server.Request;

/** Finds the key that a connection of the agents' port proved: a node has no other identity. */
@FunctionalInterface
public interface PeerKeys {
  /** The key of the connection that carries the request; empty when it presented none. */
  Optional<NodeKeyId> of(Request request);
}

package dev.pullcord.server.security;

import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.protocol.id.NodeName;
import java.util.Optional;

/** Who somebody is, by what they show. What was taken away counts no more at once. */
public interface Credentials {
  /** Whose API token it is; empty for every token that does not work, whatever the cause. */
  Optional<Principal> person(String token);

  /**
   * Whose key the other end of a connection on the agents' port has.
   *
   * @throws dev.pullcord.server.fleet.Refusal 401 {@code NODE_UNKNOWN}, 403 {@code NODE_REMOVED}
   */
  NodeName node(NodeKeyId key);
}

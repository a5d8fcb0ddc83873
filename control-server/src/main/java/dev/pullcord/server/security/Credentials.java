package dev.pullcord.server.security;

import dev.pullcord.protocol.id.NodeKeyId;
import java.util.Optional;

/** Who somebody is, by what they show. The store's rows decide; nothing of it is cached here. */
public interface Credentials {
  /** Whose API token it is; empty for every token that does not work, whatever the cause. */
  Optional<Principal> person(String token);

  /** Whose key the other end of a connection on the agents' port has. */
  NodeIdentity node(NodeKeyId key);
}

package dev.pullcord.agent.http;

import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.base.tls.SelfSigned;
import dev.pullcord.protocol.id.NodeKeyId;

/**
 * The key pair that is this node's identity. The private half never leaves the node and is never
 * shown.
 *
 * @param pair the key, with the certificate that TLS wants around it
 */
public record NodeKey(CertifiedKey pair) {
  /** A new one. */
  public static NodeKey generate() {
    return new NodeKey(CertifiedKey.generate(SelfSigned.client("pullcord node")));
  }

  /** How the server knows this node. */
  public NodeKeyId id() {
    return new NodeKeyId(pair.pin());
  }
}

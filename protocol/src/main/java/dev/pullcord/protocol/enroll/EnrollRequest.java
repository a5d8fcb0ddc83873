package dev.pullcord.protocol.enroll;

import dev.pullcord.protocol.id.NodeName;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /agent/v1/enroll}, sent over a connection that presents the node's key and only after
 * the server's key matched the pin in the token.
 *
 * @param tokenId the token's id, 16 hex digits
 * @param secret the token's secret, 64 hex digits
 * @param name what the node wants to be called
 * @param ref what it wants to follow; null for the token's default
 */
public record EnrollRequest(String tokenId, String secret, NodeName name, @Nullable String ref) {
  @Override
  public String toString() {
    return "EnrollRequest[tokenId=" + tokenId + ", secret=***, name=" + name + "]";
  }
}

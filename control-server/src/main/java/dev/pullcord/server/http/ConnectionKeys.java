package dev.pullcord.server.http;

import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.server.security.AccessControl;
import dev.pullcord.server.security.PeerKeys;
import java.util.Optional;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;

/** The key that a connection's TLS handshake has proven. */
public final class ConnectionKeys implements PeerKeys {
  private static final String KNOWN = "pullcord.key";

  @Override
  public Optional<NodeKeyId> of(Request request) {
    if (request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE)
            instanceof EndPoint.SslSessionData session
        && session.peerCertificates() != null
        && session.peerCertificates().length > 0) {
      if (session.sslSession().getValue(KNOWN) instanceof NodeKeyId known) {
        return Optional.of(known);
      }
      NodeKeyId key = AccessControl.keyId(session.peerCertificates()[0]);
      session.sslSession().putValue(KNOWN, key);
      return Optional.of(key);
    }
    return Optional.empty();
  }
}

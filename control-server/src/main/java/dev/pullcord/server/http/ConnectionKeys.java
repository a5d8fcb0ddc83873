package dev.pullcord.server.http;

import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.server.security.AccessControl;
import dev.pullcord.server.security.PeerKeys;
import java.util.Optional;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;

/** The key that a connection's TLS handshake has proven. */
public final class ConnectionKeys implements PeerKeys {
  @Override
  public Optional<NodeKeyId> of(Request request) {
    if (request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE)
            instanceof EndPoint.SslSessionData session
        && session.peerCertificates() != null
        && session.peerCertificates().length > 0) {
      return Optional.of(AccessControl.keyId(session.peerCertificates()[0]));
    }
    return Optional.empty();
  }
}

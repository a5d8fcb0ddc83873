package dev.pullcord.server.http.connection;

import java.nio.channels.SelectableChannel;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the first whole TLS record before it makes what TLS needs. Whoever connects and is
 * silent, or sends a byte now and then, costs little.
 */
public final class TlsBeginning extends AbstractConnectionFactory {
  private final PacedTls tls;
  private final PortConnections connections;

  /** In front of that TLS. */
  public TlsBeginning(PacedTls tls, PortConnections connections) {
    super("tls-beginning");
    this.tls = tls;
    this.connections = connections;
  }

  @Override
  public Connection newConnection(Connector connector, EndPoint endPoint) {
    return configure(
        new FirstRecord(endPoint, connector.getExecutor(), e -> secure(connector, e)),
        connector,
        endPoint);
  }

  /** Null when it is to be closed instead. */
  private @Nullable Connection secure(Connector connector, EndPoint endPoint) {
    SelectableChannel channel = (SelectableChannel) endPoint.getTransport();
    return connections.greeted(channel) ? tls.newConnection(connector, endPoint) : null;
  }
}

package dev.pullcord.server.http.connection;

import java.nio.channels.SelectableChannel;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** TLS whose handshakes take turns. */
public final class PacedTls extends SslConnectionFactory {
  private final PortConnections connections;
  private final HandshakeTurns turns;

  /** For a port with those connections, and then that protocol. */
  public PacedTls(SslContextFactory.Server tls, String next, PortConnections connections) {
    this(tls, next, connections, HandshakeTurns.fitting());
  }

  PacedTls(
      SslContextFactory.Server tls,
      String next,
      PortConnections connections,
      HandshakeTurns turns) {
    super(tls, next);
    this.connections = connections;
    this.turns = turns;
  }

  @Override
  protected SslConnection newSslConnection(
      Connector connector, EndPoint endPoint, SSLEngine engine) {
    SelectableChannel channel = (SelectableChannel) endPoint.getTransport();
    return new Paced(connector, endPoint, engine, new Handshake(turns, connections, channel));
  }

  private final class Paced extends SslConnection {
    private final Handshake handshake;
    private final Executor executor;

    Paced(Connector connector, EndPoint endPoint, SSLEngine engine, Handshake handshake) {
      super(
          connector.getByteBufferPool(),
          executor(connector, handshake),
          getSslContextFactory(),
          endPoint,
          engine,
          isDirectBuffersForEncryption(),
          isDirectBuffersForDecryption());
      this.handshake = handshake;
      this.executor = executor(connector, handshake);
      addHandshakeListener(handshake);
    }

    @Override
    public void onFillable() {
      handshake.run(super::onFillable, executor);
    }
  }

  private static Executor executor(Connector connector, Handshake handshake) {
    return handshake.executor(connector.getExecutor());
  }
}

package dev.pullcord.server.http.connection;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connector whose connections are entered in {@link PortConnections} before anything is read. */
public final class PortConnector extends ServerConnector {
  private static final Logger LOG = LoggerFactory.getLogger(PortConnector.class);
  private static final int SWEEP_MILLIS = 1000;

  /** What a stop waits for a connection on which nothing happens: agents always hold some. */
  private static final long SHUTDOWN_IDLE_MILLIS = 200;

  private final PortConnections connections;

  /** One acceptor and one selector. */
  public PortConnector(Server server, PortConnections connections, ConnectionFactory... factories) {
    super(server, null, null, null, 1, 1, factories);
    this.connections = connections;
    setShutdownIdleTimeout(SHUTDOWN_IDLE_MILLIS);
  }

  @Override
  protected void doStart() throws Exception {
    connections.closer(getExecutor());
    super.doStart();
    sweepLater();
  }

  private void sweepLater() {
    getScheduler().schedule(this::sweep, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void sweep() {
    try {
      connections.sweep();
    } catch (RuntimeException e) {
      LOG.error("cannot look for connections whose time is over", e);
    } finally {
      if (isRunning()) {
        sweepLater();
      }
    }
  }

  @Override
  public void accept(int acceptor) throws IOException {
    ServerSocketChannel port = (ServerSocketChannel) getTransport();
    if (port == null || !port.isOpen()) {
      return;
    }
    SocketChannel channel = port.accept();
    boolean entered = false;
    try {
      if (connections.admit(channel)) {
        channel.configureBlocking(false);
        configure(channel.socket());
        getSelectorManager().accept(channel);
        entered = true;
      }
    } catch (IOException e) {
      // It has gone already; the next one is waited for.
      LOG.debug("a connection ended before it began: {}", e.toString());
    } finally {
      if (!entered) {
        connections.closed(channel);
        channel.close();
      }
    }
  }

  @Override
  protected SocketChannelEndPoint newEndPoint(
      SocketChannel channel, ManagedSelector selector, SelectionKey key) {
    SocketChannelEndPoint endPoint =
        new SocketChannelEndPoint(channel, selector, key, getScheduler()) {
          @Override
          public void onClose(Throwable cause) {
            connections.closed(channel);
            super.onClose(cause);
          }
        };
    endPoint.setIdleTimeout(getIdleTimeout());
    connections.opened(channel, endPoint);
    return endPoint;
  }
}

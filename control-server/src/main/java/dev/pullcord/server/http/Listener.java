package dev.pullcord.server.http;

import dev.pullcord.server.security.Port;
import dev.pullcord.server.security.TlsContexts;
import dev.pullcord.server.security.TlsKeys;
import java.io.IOException;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * One port: TLS 1.3 with the server's own key; on the agents' port a client certificate is wanted
 * and not needed, so that a stranger gets an answer and not a broken connection.
 *
 * @param port which of the two
 * @param address where it listens
 * @param keys null for plain HTTP, which only the people's port on loopback may speak
 */
record Listener(Port port, Address address, @Nullable TlsKeys keys) {
  private static final int HEADERS_MAX_BYTES = 16 << 10;
  private static final int ACCEPT_QUEUE = 4096;
  private static final int IDLE_MILLIS = 30_000;

  Listener {
    if (keys == null && (port == Port.AGENTS || !address.loopback())) {
      throw new IllegalArgumentException(
          "plain HTTP is for the people's port on loopback only, not for " + address);
    }
  }

  ServerConnector connector(Server server) throws IOException {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(HEADERS_MAX_BYTES);
    http.setUriCompliance(UriCompliance.RFC3986);
    ServerConnector connector;
    if (keys == null) {
      connector = new ServerConnector(server, null, null, null, 1, 1, new HttpConnectionFactory(http));
    } else {
      SslContextFactory.Server tls = new SslContextFactory.Server();
      tls.setSslContext(TlsContexts.of(keys));
      tls.setIncludeProtocols("TLSv1.3");
      tls.setWantClientAuth(port == Port.AGENTS);
      http.addCustomizer(new SecureRequestCustomizer(false));
      ConnectionFactory plain = new HttpConnectionFactory(http);
      connector =
          new ServerConnector(
              server, null, null, null, 1, 1, new SslConnectionFactory(tls, "http/1.1"), plain);
    }
    connector.setName(port.name());
    connector.setHost(address.any() ? null : address.host());
    connector.setPort(address.port());
    connector.setAcceptQueueSize(ACCEPT_QUEUE);
    connector.setIdleTimeout(IDLE_MILLIS);
    return connector;
  }
}

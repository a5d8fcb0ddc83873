package dev.pullcord.server.http;

import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.base.tls.TlsContexts;
import dev.pullcord.server.http.connection.ConnectionLimits;
import dev.pullcord.server.http.connection.PacedTls;
import dev.pullcord.server.http.connection.PortConnections;
import dev.pullcord.server.http.connection.PortConnector;
import dev.pullcord.server.http.connection.TlsBeginning;
import dev.pullcord.server.security.Port;
import dev.pullcord.server.security.tls.AnyClientKey;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnresolvedAddressException;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * One port, bound before anything else is made, so that everybody can be told its number. TLS 1.3
 * with the server's own key; on the agents' port a client certificate is wanted and not needed, so
 * that a stranger gets an answer and not a broken connection.
 */
public final class Listener implements AutoCloseable {
  private static final int HEADERS_MAX_BYTES = 16 << 10;

  /**
   * A server that sends a request on adds a header, and a blank where the client has left it out.
   */
  private static final int SENT_ON_BYTES = 512;

  private static final int ACCEPT_QUEUE = 4096;
  private static final int IDLE_MILLIS = 30_000;

  /**
   * The best first. Our Java machines compile with the cheap compiler only, which does AES without
   * the processor's instructions: it takes four times as long as ChaCha20 there.
   */
  private static final String[] CIPHERS = {
    "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"
  };

  private final Port port;
  private final Address address;
  private final @Nullable CertifiedKey keys;
  private final ServerSocketChannel channel;
  private final ConnectionLimits limits;
  private final PortConnections connections;
  private final int number;

  private Listener(
      Port port,
      Address address,
      @Nullable CertifiedKey keys,
      ServerSocketChannel channel,
      ConnectionLimits limits)
      throws IOException {
    this.port = port;
    this.address = address;
    this.keys = keys;
    this.channel = channel;
    this.limits = limits;
    this.number = ((InetSocketAddress) channel.getLocalAddress()).getPort();
    String name = port == Port.PEOPLE ? "people's port" : "agents' port";
    this.connections = new PortConnections(name, limits, keys != null, System::nanoTime);
  }

  /**
   * Binds a port; connections wait until the server answers.
   *
   * @param port which of the two
   * @param address where it listens
   * @param keys null for plain HTTP, which only the people's port on loopback may speak
   * @param limits of its connections
   */
  public static Listener bind(
      Port port, Address address, @Nullable CertifiedKey keys, ConnectionLimits limits)
      throws IOException {
    if (keys == null && (port == Port.AGENTS || !address.loopback())) {
      throw new IllegalArgumentException(
          "plain HTTP is for the people's port on loopback only, not for " + address);
    }
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.bind(
          address.any()
              ? new InetSocketAddress(address.port())
              : new InetSocketAddress(address.host(), address.port()),
          ACCEPT_QUEUE);
      return new Listener(port, address, keys, channel, limits);
    } catch (IOException | UnresolvedAddressException e) {
      channel.close();
      String why = e instanceof UnresolvedAddressException ? "no such host" : e.getMessage();
      throw new IOException("BIND  cannot listen on " + address + ": " + why, e);
    }
  }

  /** The same port once more, with these keys, after what answered on this one has ended. */
  public Listener again(@Nullable CertifiedKey now) throws IOException {
    return bind(port, new Address(address.host(), number), now, limits);
  }

  /** The number that the port got. */
  public int number() throws IOException {
    return number;
  }

  /** How this machine reaches it: {@code https://127.0.0.1:8420}. */
  public String url() throws IOException {
    return url(address.urlHost());
  }

  /** How it is reached under a name. */
  public String url(String host) throws IOException {
    String shown = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    return (keys == null ? "http://" : "https://") + shown + ":" + number();
  }

  /** Its open connections. */
  public PortConnections connections() {
    return connections;
  }

  /** Which of the two. */
  Port port() {
    return port;
  }

  /** Asks this port as a client on this machine would. */
  public PortProbe probe() throws IOException {
    String host = address.any() ? "127.0.0.1" : address.host();
    return new PortProbe(new InetSocketAddress(host, number()), keys, connections::progress);
  }

  ServerConnector connector(Server server) throws IOException {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(HEADERS_MAX_BYTES + (port == Port.AGENTS ? SENT_ON_BYTES : 0));
    // The cache of header fields is a table of 98 KB for each connection that is open.
    http.setHeaderCacheSize(0);
    ConnectionFactory plain = new HttpConnectionFactory(http);
    ServerConnector connector;
    if (keys == null) {
      connector = new PortConnector(server, connections, plain);
    } else {
      SslContextFactory.Server tls = new SslContextFactory.Server();
      tls.setSslContext(TlsContexts.showing(keys, new AnyClientKey()));
      tls.setIncludeProtocols("TLSv1.3");
      tls.setIncludeCipherSuites(CIPHERS);
      tls.setWantClientAuth(port == Port.AGENTS);
      http.addCustomizer(new SecureRequestCustomizer(false));
      PacedTls secure = new PacedTls(tls, "http/1.1", connections);
      connector =
          new PortConnector(
              server, connections, new TlsBeginning(secure, connections), secure, plain);
    }
    connector.setName(port.name());
    connector.setIdleTimeout(IDLE_MILLIS);
    connector.open(channel);
    return connector;
  }

  /** Only for a listener that no server was started with. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}

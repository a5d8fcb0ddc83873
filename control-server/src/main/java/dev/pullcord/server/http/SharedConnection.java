package dev.pullcord.server.http;

import java.util.List;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;

/**
 * HTTP/2 for agents: a node's stream of events, its reports and its heartbeats share a connection.
 * Whoever does not ask for it by ALPN gets HTTP/1.1.
 *
 * <p>What HTTP/2 lets the other side grow in our memory is kept small, since strangers can speak it
 * too: no tables of headers, small windows for bodies, few requests at a time. Jetty closes a
 * connection with many resets, settings or pings in a second by itself.
 */
final class SharedConnection {
  /** Their names in ALPN (RFC 7301, section 6), as they are written there. */
  private static final String SHARED = "h2";

  private static final String PLAIN = "http/1.1";

  /** An agent has its stream, and a few short requests; one more waits, or takes a connection. */
  private static final int REQUESTS_MAX = 16;

  /** What may come of one body before anybody reads it: as much as most reports have. */
  private static final int BODY_WINDOW_BYTES = 64 << 10;

  private static final int BODIES_WINDOW_BYTES = 2 * BODY_WINDOW_BYTES;

  private SharedConnection() {}

  /**
   * What is spoken on the agents' port, the first one first.
   *
   * @param plain HTTP/1.1
   * @param http the settings that both have
   */
  static List<ConnectionFactory> before(ConnectionFactory plain, HttpConfiguration http) {
    HTTP2ServerConnectionFactory shared = new HTTP2ServerConnectionFactory(http);
    shared.setMaxConcurrentStreams(REQUESTS_MAX);
    shared.setInitialStreamRecvWindow(BODY_WINDOW_BYTES);
    shared.setInitialSessionRecvWindow(BODIES_WINDOW_BYTES);
    // A table for each connection would be 4 KiB of headers that are much the same for all.
    shared.setMaxDecoderTableCapacity(0);
    shared.setMaxEncoderTableCapacity(0);
    shared.setConnectProtocolEnabled(false);
    ALPNServerConnectionFactory choice = new ALPNServerConnectionFactory(SHARED, PLAIN);
    choice.setDefaultProtocol(PLAIN);
    return List.of(choice, shared, plain);
  }
}

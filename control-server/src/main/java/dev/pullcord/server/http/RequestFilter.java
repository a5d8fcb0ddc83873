package dev.pullcord.server.http;

import dev.pullcord.protocol.contact.SenderClock;
import dev.pullcord.protocol.error.Problem;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.server.http.connection.PeerConnection;
import dev.pullcord.server.http.connection.PortConnections;
import dev.pullcord.server.refusal.ProblemAnswers;
import dev.pullcord.server.refusal.ProblemMapping;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.ConnectionProof;
import dev.pullcord.server.security.ForwardingServers;
import dev.pullcord.server.security.Port;
import dev.pullcord.server.security.limit.Shares;
import java.nio.channels.SelectableChannel;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The outermost handler. It marks each request with its port and an id, puts the security headers
 * on the answer, shows nothing of one port on the other, and refuses by the header alone what no
 * route could take, before anything of the body is read.
 */
final class RequestFilter extends Handler.Wrapper {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int URL_MAX = 8191;
  private static final int HEADERS_MAX = 100;
  private static final Set<String> FOR_WATCHERS = Set.of("/healthz", "/readyz");

  private static final String AWAY = "DB_AWAY";
  private static final String STALE =
      "this server has not reached its database for a while, and another one may have taken over;"
          + " nothing was kept, ask again when it is back, or ask the other one";

  private final RequestAdmission admission;
  private final Shares bodies;
  private final Map<Port, PortConnections> connections;
  private final LongSupplier nanos;
  private final InstantSource clock;

  RequestFilter(
      RequestAdmission admission,
      Shares bodies,
      Map<Port, PortConnections> connections,
      LongSupplier nanos,
      InstantSource clock) {
    this.clock = clock;
    this.nanos = nanos;
    this.admission = admission;
    this.bodies = bodies;
    this.connections = connections;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    Port port = Port.valueOf(request.getConnectionMetaData().getConnector().getName());
    String id = HexFormat.of().toHexDigits(RANDOM.nextLong());
    request.setAttribute(ProblemAnswers.REQUEST_ID, id);
    PeerConnection peer = enter(request, port);
    headers(response.getHeaders(), id);
    response.getHeaders().put(SenderClock.HEADER, SenderClock.header(clock.instant()));
    if (port == Port.PEOPLE || !request.getHeaders().contains(ForwardingServers.CLIENT)) {
      return admit(request, port, id, response, callback);
    }
    ForwardingServers.Word word = admission.servers().word(request).orElse(null);
    if (word == null || (peer != null && !peer.shown("server " + word.server().value()))) {
      ProblemAnswers.write(request, response, callback, word == null ? unknown() : full());
      return true;
    }
    Request forwarded = new ForwardedRequest(request, word.client(), response.getHeaders());
    return admit(forwarded, Port.PEOPLE, id, response, callback);
  }

  /** The client has asked a standby: with that code he goes to the next server. */
  private static Refusal unknown() {
    return new Refusal(
        Refusal.Kind.UNAVAILABLE,
        Problem.STANDBY,
        "a standby has sent this on to the active server, which does not know the standby's key;"
            + " a new server is known after some seconds",
        null,
        1);
  }

  private static Refusal full() {
    return new Refusal(
        Refusal.Kind.UNAVAILABLE,
        "CONNECTIONS_FULL",
        "a standby has sent this on to the active server, and has as many connections to it as one"
            + " caller may have (limits.connections-each of server.yaml)",
        null,
        1);
  }

  /** Lets a request in that is meant for this port. */
  private boolean admit(Request request, Port port, String id, Response response, Callback callback)
      throws Exception {
    request.setAttribute(Port.ATTRIBUTE, port);
    String path = Request.getPathInContext(request);
    boolean agents = path.startsWith("/agent/");
    if (port == Port.PEOPLE ? agents : !agents && !path.startsWith("/git/")) {
      ProblemAnswers.write(response, callback, ProblemMapping.of(404, null, "Not Found", null, id));
      return true;
    }
    if (!FOR_WATCHERS.contains(path) && !admission.current().getAsBoolean()) {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, 1);
      ProblemAnswers.write(response, callback, ProblemMapping.of(503, AWAY, STALE, null, id));
      return true;
    }
    BodyBounds bounds = BodyBounds.of(port, path);
    Problem problem = problem(request, port, path, bounds, id);
    if (problem != null) {
      // The rest of such a request is not worth reading.
      response.getHeaders().put(HttpHeader.CONNECTION, "close");
      ProblemAnswers.write(response, callback, problem);
      return true;
    }
    return super.handle(new BoundedRequest(request, bounds, bodies, nanos), response, callback);
  }

  private @Nullable PeerConnection enter(Request request, Port port) {
    PortConnections all = connections.get(port);
    Object channel = request.getConnectionMetaData().getConnection().getEndPoint();
    while (channel instanceof EndPoint endPoint) {
      channel = endPoint.getTransport();
    }
    PeerConnection peer = all != null && channel instanceof SelectableChannel c ? all.of(c) : null;
    if (peer != null) {
      peer.begin();
      request.setAttribute(ConnectionProof.ATTRIBUTE, peer);
      Request.addCompletionListener(request, _ -> peer.end());
    }
    return peer;
  }

  private @Nullable Problem problem(
      Request request, Port port, String path, BodyBounds bounds, String id) {
    HttpFields headers = request.getHeaders();
    String host = request.getHttpURI().getHost();
    // Of a request that was sent on, the server that the client asked has looked at the name.
    boolean forwarded = request instanceof ForwardedRequest;
    boolean named = port == Port.PEOPLE && !forwarded;
    if (named && host != null && !FOR_WATCHERS.contains(path) && !admission.hosts().knows(host)) {
      return ProblemMapping.of(
          400,
          "HOST_UNKNOWN",
          Quoted.of(host)
              + " is not a name of this server; use the one that pullcord login was given, or add"
              + " it to hosts in server.yaml",
          "Host",
          id);
    }
    if (request.getHttpURI().toString().length() > URL_MAX) {
      return ProblemMapping.of(414, null, "an address has at most " + URL_MAX + " bytes", null, id);
    }
    if (headers.size() > HEADERS_MAX + (forwarded ? 1 : 0)) { // one is the other server's
      return ProblemMapping.of(431, null, "at most " + HEADERS_MAX + " headers expected", null, id);
    }
    String type = headers.get(HttpHeader.CONTENT_TYPE);
    if (type != null && type.strip().toLowerCase(Locale.ROOT).startsWith("multipart/")) {
      return ProblemMapping.of(
          415, null, "multipart bodies are not taken anywhere", "Content-Type", id);
    }
    String encoding = headers.get(HttpHeader.CONTENT_ENCODING);
    if (bounds.counted() && encoding != null && !encoding.equalsIgnoreCase("identity")) {
      return ProblemMapping.of(
          415, null, Quoted.of(encoding) + "; a plain body expected", "Content-Encoding", id);
    }
    if (bounds.counted() && request.getLength() > bounds.bytes()) {
      return ProblemMapping.of(
          413, null, "a body has at most " + bounds.bytes() + " bytes here", null, id);
    }
    return null;
  }

  static void headers(HttpFields.Mutable headers, String requestId) {
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("X-Frame-Options", "DENY");
    headers.put("Referrer-Policy", "no-referrer");
    headers.put("Cross-Origin-Resource-Policy", "same-origin");
    headers.put("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    headers.put(HttpHeader.CACHE_CONTROL, "no-store");
    headers.put("Pullcord-Request-Id", requestId);
  }
}

package dev.pullcord.server.standby;

import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.base.tls.TlsContexts;
import dev.pullcord.protocol.error.Problem;
import dev.pullcord.server.refusal.ProblemAnswers;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.ConnectionProof;
import dev.pullcord.server.security.ForwardingServers;
import dev.pullcord.server.security.limit.Shares;
import dev.pullcord.server.store.postgres.PostgresTurn;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Response.CompleteListener;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.proxy.ProxyHandler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the active server answer what people ask of this one. A request goes to its agents' port,
 * where both servers prove their keys; bodies and answers pass through as they come.
 */
public final class Forwarding extends ProxyHandler.Reverse {
  private static final Logger LOG = LoggerFactory.getLogger(Forwarding.class);
  private static final int CONNECT_MILLIS = 3_000;

  /** The active server closes an unused connection after 30 s, and must not be the first. */
  private static final int UNUSED_MILLIS = 15_000;

  /** A server that is gone is replaced long before; one that works may be silent for a while. */
  private static final int SILENT_MINUTES = 5;

  private static final int HEADERS_MAX_BYTES = 32 << 10;
  private static final String SENT = "pullcord.sent";

  private final Supplier<PostgresTurn.Holder> active;
  private final CertifiedKey key;
  private final Predicate<String> servers;
  private final Shares shares;
  private volatile String trouble = "";

  /**
   * Nothing was sent on yet.
   *
   * @param key of this server's agents' port
   * @param servers whether a key with this pin is that of a server
   * @param shares requests that are sent on at once
   */
  public Forwarding(
      Supplier<PostgresTurn.Holder> active,
      CertifiedKey key,
      Predicate<String> servers,
      Shares shares) {
    super(r -> HttpURI.build(active.get().agents() + r.getHttpURI().getPathQuery()));
    this.active = active;
    this.key = key;
    this.servers = servers;
    this.shares = shares;
    setUseServerThreadPool(true);
    setViaHost("pullcord");
  }

  @Override
  protected HttpClient newHttpClient() {
    SslContextFactory.Client tls = new SslContextFactory.Client();
    tls.setSslContext(TlsContexts.showing(key, new ServerTrust(servers)));
    ClientConnector connector = new ClientConnector();
    connector.setSslContextFactory(tls);
    return new HttpClient(new HttpClientTransportOverHTTP(connector));
  }

  @Override
  protected void configureHttpClient(HttpClient client) {
    super.configureHttpClient(client);
    client.setScheduler(getServer().getScheduler());
    client.setByteBufferPool(getServer().getByteBufferPool());
    client.setConnectTimeout(CONNECT_MILLIS);
    client.setAddressResolutionTimeout(CONNECT_MILLIS);
    client.setIdleTimeout(UNUSED_MILLIS);
    client.setMaxConnectionsPerDestination(Math.toIntExact(shares.all()));
    client.setMaxRequestHeadersSize(HEADERS_MAX_BYTES);
    client.setUserAgentField(null);
    client.setDefaultRequestContentType(null);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    try {
      ConnectionProof proof = proof(request);
      Shares.Share share = shares.take(proof == null ? "-" : proof.caller());
      Request.addCompletionListener(request, _ -> share.close());
    } catch (Refusal full) {
      ProblemAnswers.write(request, response, callback, full);
      return true;
    }
    request.addIdleTimeoutListener(_ -> false); // how long it may take is for the active server
    return super.handle(request, response, callback);
  }

  private static @Nullable ConnectionProof proof(Request request) {
    return request.getAttribute(ConnectionProof.ATTRIBUTE) instanceof ConnectionProof p ? p : null;
  }

  /** Takes the path as it came: not each that browsers send is one of {@link java.net.URI}. */
  @Override
  protected org.eclipse.jetty.client.Request newProxyToServerRequest(Request request, HttpURI to) {
    return getHttpClient()
        .newRequest(to.getHost(), to.getPort())
        .scheme(to.getScheme())
        .path(to.getPathQuery())
        .method(request.getMethod())
        .idleTimeout(SILENT_MINUTES, TimeUnit.MINUTES)
        .onRequestCommit(sent -> sent.attribute(SENT, true));
  }

  @Override
  protected void addProxyHeaders(Request request, org.eclipse.jetty.client.Request sent) {
    addViaHeader(request, sent);
    String client = Request.getRemoteAddr(request).replaceAll("[\\[\\]]|%.*", "");
    sent.headers(headers -> headers.put(ForwardingServers.CLIENT, client));
  }

  /** Whose credentials work there, his connection it is here. */
  @Override
  protected CompleteListener newServerToProxyResponseListener(
      Request request,
      org.eclipse.jetty.client.Request sent,
      Response response,
      Callback callback) {
    return new ProxyResponseListener(request, sent, response, callback) {
      @Override
      public void onHeaders(org.eclipse.jetty.client.Response answer) {
        trouble = "";
        String caller = answer.getHeaders().get(ForwardingServers.CALLER);
        ConnectionProof proof = proof(request);
        if (caller != null && proof != null) {
          proof.shown(caller);
        }
        super.onHeaders(answer);
      }
    };
  }

  @Override
  protected @Nullable HttpField filterServerToProxyResponseField(HttpField field) {
    return field.is(ForwardingServers.CALLER) ? null : field;
  }

  @Override
  protected void onServerToProxyResponseFailure(
      Request request,
      org.eclipse.jetty.client.Request sent,
      org.eclipse.jetty.client.@Nullable Response answer,
      Response response,
      Callback callback,
      Throwable failure) {
    if (response.isCommitted() || (answer != null && answer.getStatus() > 0)) {
      callback.failed(failure); // the end of the connection says that the answer is not whole
      return;
    }
    response
        .getHeaders()
        .put(HttpHeader.CONNECTION, "close"); // its body may not be read to its end
    if (failure instanceof HttpException) {
      Response.writeError(request, response, callback, failure);
    } else if (failure instanceof Refusal refusal) {
      ProblemAnswers.write(request, response, callback, refusal);
    } else {
      ProblemAnswers.write(request, response, callback, lost(request, sent, failure));
    }
  }

  /** Only what was certainly not done, or changes nothing, may be asked again by itself. */
  private Refusal lost(Request request, org.eclipse.jetty.client.Request sent, Throwable failure) {
    String server = active.get().agents();
    String text = server + " gave no answer: " + failure;
    if (!text.equals(trouble)) {
      LOG.warn("{}", text);
      trouble = text;
    }
    HttpMethod method = HttpMethod.fromString(request.getMethod());
    boolean again = !sent.getAttributes().containsKey(SENT) || (method != null && method.isSafe());
    return again
        ? new Refusal(
            Refusal.Kind.UNAVAILABLE,
            Problem.STANDBY,
            "this server is a standby, and the active one at " + server + " does not answer it",
            null,
            StandbyAnswers.RETRY_SECONDS)
        : new Refusal(
            Refusal.Kind.UNAVAILABLE,
            "ANSWER_LOST",
            "the active server at "
                + server
                + " was lost before it answered; look whether this was done before you try again",
            null,
            StandbyAnswers.RETRY_SECONDS);
  }
}

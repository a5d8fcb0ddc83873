package dev.pullcord.server.standby;

import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.base.tls.TlsContexts;
import dev.pullcord.server.refusal.ProblemAnswers;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.ConnectionProof;
import dev.pullcord.server.security.ForwardingServers;
import dev.pullcord.server.security.limit.Shares;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Response.CompleteListener;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Content;
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

  /** What a caller gets whose token or session is none any more; browsers go to the sign-in. */
  private static final Set<Integer> REFUSING = Set.of(401, 303);

  /** How long a server that begins its work waits until the others' clients have their answers. */
  private static final int LAST_ANSWERS_MILLIS = 200;

  private final CertifiedKey key;
  private final Predicate<String> servers;
  private final Shares shares;
  private final Shares strangers;
  private final KnownCredentials credentials;
  private final LostAnswers lost;
  private final Set<Passage> underWay = ConcurrentHashMap.newKeySet();
  private volatile boolean over;

  /**
   * Nothing was sent on yet.
   *
   * @param key of this server's agents' port
   * @param servers whether a key with this pin is that of a server
   * @param shares requests that are sent on at once; those of strangers take half of it at the most
   */
  public Forwarding(
      CertifiedKey key, Predicate<String> servers, Shares shares, LongSupplier nanos) {
    super(r -> HttpURI.build(Passage.of(r).to() + r.getHttpURI().getPathQuery()));
    this.key = key;
    this.servers = servers;
    this.shares = shares;
    this.strangers = shares.half();
    this.credentials = new KnownCredentials(nanos);
    this.lost = new LostAnswers(nanos);
    setUseServerThreadPool(true);
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

  /** Ends what is under way at any other server than this one: it will not be answered there. */
  void only(String active) {
    for (Passage passage : underWay) {
      if (!passage.to().equals(active)) {
        passage.end("another server is active now");
      }
    }
  }

  /** Sends nothing on any more. Clients that wait get an answer before this returns, or soon. */
  void end() {
    over = true;
    CompletableFuture<?>[] answered =
        underWay.stream().map(Passage::answered).toArray(CompletableFuture[]::new);
    only("");
    try {
      CompletableFuture.allOf(answered).get(LAST_ANSWERS_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("some clients have no answer yet", e);
    }
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Passage passage = Passage.of(request);
    try {
      ConnectionProof proof = proof(request);
      credentials
          .caller(request.getHeaders())
          .ifPresent(caller -> ConnectionProof.shown(proof, caller));
      Shares.Share share = place(proof, passage);
      Request.addCompletionListener(request, _ -> share.close());
    } catch (Refusal full) {
      ProblemAnswers.write(request, response, callback, full);
      return true;
    }
    underWay.add(passage);
    Request.addCompletionListener(request, _ -> underWay.remove(passage));
    if (over) {
      ProblemAnswers.write(request, response, callback, LostAnswers.noAnswer(passage.to()));
      return true;
    }
    request.addIdleTimeoutListener(_ -> false); // how long it may take is for the active server
    return super.handle(request, response, callback);
  }

  /** Strangers never take all of it, so that there is a place for who is known. */
  private Shares.Share place(@Nullable ConnectionProof proof, Passage passage) {
    String caller = proof == null ? "-" : proof.caller();
    if (proof != null && proof.known()) {
      return shares.take(caller);
    }
    Shares.Share strange = strangers.take(caller);
    passage.strange(strange);
    try {
      Shares.Share share = shares.take(caller);
      return () -> {
        share.close();
        strange.close();
      };
    } catch (Refusal full) {
      strange.close();
      throw full;
    }
  }

  private static @Nullable ConnectionProof proof(Request request) {
    return request.getAttribute(ConnectionProof.ATTRIBUTE) instanceof ConnectionProof p ? p : null;
  }

  /** Takes the path as it came: not each that browsers send is one of {@link java.net.URI}. */
  @Override
  protected org.eclipse.jetty.client.Request newProxyToServerRequest(Request request, HttpURI to) {
    Passage passage = Passage.of(request);
    org.eclipse.jetty.client.Request way =
        getHttpClient()
            .newRequest(to.getHost(), to.getPort())
            .scheme(to.getScheme())
            .path(to.getPathQuery())
            .method(request.getMethod())
            .idleTimeout(SILENT_MINUTES, TimeUnit.MINUTES)
            .onRequestHeaders(_ -> passage.sends());
    passage.goes(way);
    return way;
  }

  @Override
  protected org.eclipse.jetty.client.Request.Content newProxyToServerRequestContent(
      Request request, Response response, org.eclipse.jetty.client.Request sent) {
    return new ClientBody(request);
  }

  /** A body whose failures are the client's own. */
  private static final class ClientBody extends ProxyRequestContent {
    ClientBody(Request request) {
      super(request);
    }

    @Override
    public Content.@Nullable Chunk read() {
      Content.Chunk chunk = super.read();
      if (chunk == null || !Content.Chunk.isFailure(chunk)) {
        return chunk;
      }
      Throwable failure = chunk.getFailure();
      boolean ours = failure instanceof HttpException || failure instanceof Refusal;
      return ours ? chunk : Content.Chunk.from(new LostAnswers.ClientLost(failure), true);
    }
  }

  /** No more than this one: the active server has room for one header more than the client. */
  @Override
  protected void addProxyHeaders(Request request, org.eclipse.jetty.client.Request sent) {
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
        notice(request, response, answer);
        super.onHeaders(answer);
      }
    };
  }

  private void notice(
      Request request, Response response, org.eclipse.jetty.client.Response answer) {
    String caller = answer.getHeaders().get(ForwardingServers.CALLER);
    ConnectionProof proof = proof(request);
    if (caller != null) {
      credentials.worked(request.getHeaders(), caller);
      Passage.of(request).known();
      if (proof != null && !proof.shown(caller)) {
        // It is done already; the next request is refused.
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
      }
    } else if (REFUSING.contains(answer.getStatus())) {
      credentials.failed(request.getHeaders());
    }
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
    lost.answer(request, response, callback, failure);
  }
}

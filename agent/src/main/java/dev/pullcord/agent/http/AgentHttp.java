package dev.pullcord.agent.http;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.base.http.NoDelaySockets;
import dev.pullcord.base.tls.PinnedTrust;
import dev.pullcord.base.tls.TlsContexts;
import dev.pullcord.protocol.ProtocolVersion;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.channel.StepPack;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.TlsVersion;
import org.eclipse.jgit.transport.http.HttpConnectionFactory2;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one HTTP client for the server's agents' port: mutual TLS 1.3 with pinned keys, connections
 * kept alive, no redirects, bodies of at most 1 MiB. JSON, the event stream and git go over it, so
 * that they share connections.
 *
 * <p>It owns these failures and answers them as values: no server there, another server there
 * (nothing is sent to it), something there that is not ours, an answer that is too slow or too
 * long.
 */
public final class AgentHttp implements AutoCloseable {
  /** The longest JSON body that is read. */
  static final int JSON_LIMIT_BYTES = 1 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(AgentHttp.class);
  private static final MediaType JSON = MediaType.get("application/json");
  private static final RequestBody NOTHING = RequestBody.create(new byte[0], null);
  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(30);
  // The server sends a comment every 15 s; three missing ones mean that it is gone.
  private static final Duration STREAM_SILENCE_MAX = Duration.ofSeconds(45);

  private final ServerAddress server;
  private final HostClock clock;
  private final AtomicLong lastRequestNanos;
  private final RetryAfter retryAfter;
  private final PinnedTrust trust;
  private final OkHttpClient git;
  private final OkHttpClient json;
  private final OkHttpClient streams;
  private volatile @Nullable Instant lastContact;
  private volatile Supplier<Map<String, String>> says = Map::of;
  private volatile Consumer<Answer.Refused<?>> refused = no -> {};

  /** Connects when it is first used. */
  public AgentHttp(ServerAddress server, NodeKey key, HostClock clock) {
    this(server, key, clock, ANSWERED_WITHIN);
  }

  /** The same, where an answer is read to its end within that time, however it drips. */
  AgentHttp(ServerAddress server, NodeKey key, HostClock clock, Duration answeredWithin) {
    this.server = server;
    this.clock = clock;
    this.retryAfter = new RetryAfter(clock);
    this.lastRequestNanos = new AtomicLong(clock.nanos());
    this.trust = new PinnedTrust(new PinnedTrust.ServerPins(server.pin(), server.next()));
    this.git =
        baseline()
            .sslSocketFactory(TlsContexts.showing(key.pair(), trust).getSocketFactory(), trust)
            // The pinned key is the server's whole identity; its names are not judged.
            .hostnameVerifier((host, session) -> true)
            .connectionSpecs(
                List.of(
                    new ConnectionSpec.Builder(ConnectionSpec.RESTRICTED_TLS)
                        .tlsVersions(TlsVersion.TLS_1_3)
                        .build()))
            .addInterceptor(this::contact)
            .build();
    this.json = git.newBuilder().callTimeout(answeredWithin).build();
    this.streams = git.newBuilder().readTimeout(STREAM_SILENCE_MAX).build();
  }

  /** What every client of the agent has, whomever it talks to. */
  static OkHttpClient.Builder baseline() {
    return new OkHttpClient.Builder()
        .socketFactory(new NoDelaySockets())
        .protocols(List.of(Protocol.HTTP_1_1))
        .connectionPool(new ConnectionPool(4, 5, TimeUnit.MINUTES))
        .connectTimeout(Duration.ofSeconds(10))
        .readTimeout(Duration.ofSeconds(60))
        .writeTimeout(Duration.ofSeconds(30))
        .followRedirects(false)
        .followSslRedirects(false);
  }

  /** Headers that each request has from now on. */
  public void says(Supplier<Map<String, String>> headers) {
    says = headers;
  }

  /** Who is told of each refusal, whoever asked. */
  public void onRefusal(Consumer<Answer.Refused<?>> listener) {
    refused = listener;
  }

  /** Who keeps which keys the server has, when a handshake has changed that. */
  public void onKeys(Consumer<PinnedTrust.Learned> keeper) {
    trust.onLearned(keeper);
  }

  /** Which keys the server may have, as far as it has said. */
  public PinnedTrust.ServerPins pins() {
    return trust.pins();
  }

  /** How long the server wants to be left alone. */
  public RetryAfter retryAfter() {
    return retryAfter;
  }

  /** Says a last thing to the server; what it answers does not matter. */
  public void farewell(String path, Duration atMost) {
    OkHttpClient brief = json.newBuilder().callTimeout(atMost).build();
    try (Response answer = brief.newCall(request(path).post(NOTHING).build()).execute()) {
      LOG.debug("{}: {}", path, answer.code());
    } catch (IOException e) {
      LOG.debug("{} was not heard: {}", path, e.getMessage());
    }
  }

  /** {@code GET path}. */
  public <T> Answer<T> get(String path, Class<T> type) {
    return call(request(path).get().build(), type);
  }

  /** {@code POST path}, without a body if that is null. */
  public <T> Answer<T> post(String path, @Nullable Object body, Class<T> type) {
    RequestBody content =
        body == null ? NOTHING : RequestBody.create(PullcordJson.write(body), JSON);
    return call(request(path).post(content).build(), type);
  }

  /**
   * {@code GET path} for something that is no JSON.
   *
   * @return its content, to be closed; nothing when the server has no such thing
   * @throws IOException if there is no answer
   */
  public Optional<InputStream> content(String path, String type) throws IOException {
    Request request = request(path).get().header("Accept", type).build();
    Response response = git.newCall(request).execute();
    if (response.isSuccessful() && type.equals(response.header("Content-Type"))) {
      return Optional.of(response.body().byteStream());
    }
    response.close();
    return Optional.empty();
  }

  /** An event stream that is not open yet; it fails after 45 s of silence, and only then. */
  public EventStream stream(String path) {
    Request request =
        request(path)
            .get()
            .header("Accept", "text/event-stream")
            .header(StepPack.HEADER, Integer.toString(StepPack.MOST_BYTES))
            .build();
    return new EventStream(server.url(), streams.newCall(request), this::heard);
  }

  /** How JGit is to connect to this server; a new one for each transport. */
  public HttpConnectionFactory2 gitConnections() {
    return new GitConnections(git);
  }

  /** The address of a path on the server. */
  public String url(String path) {
    return server.url() + path;
  }

  /** The last authenticated answer, of whatever kind, by this host's clock. */
  public @Nullable Instant lastContact() {
    return lastContact;
  }

  /** How long ago the last request was made. */
  public Duration quietFor() {
    return Duration.ofNanos(clock.nanos() - lastRequestNanos.get());
  }

  /** Ends the calls that are under way; they fail. */
  public void cancel() {
    git.dispatcher().cancelAll();
  }

  /** Ends kept connections and calls under way. */
  @Override
  public void close() {
    cancel();
    git.dispatcher().executorService().shutdown();
    git.connectionPool().evictAll();
  }

  private Request.Builder request(String path) {
    Request.Builder request = new Request.Builder();
    says.get().forEach(request::header);
    return request
        .url(url(path))
        .header(ProtocolVersion.HEADER, Integer.toString(ProtocolVersion.CURRENT))
        // A compressed body could be a thousand times its size; ours are small.
        .header("Accept-Encoding", "identity");
  }

  private <T> Answer<T> call(Request request, Class<T> type) {
    try (Response response = json.newCall(request).execute()) {
      return heard(Answers.read(server.url(), response, type));
    } catch (IOException e) {
      return Answers.failed(server.url(), e);
    }
  }

  private <T> Answer<T> heard(Answer<T> answer) {
    retryAfter.heard(answer);
    if (answer instanceof Answer.Refused<T> no) {
      refused.accept(no);
    }
    return answer;
  }

  private Response contact(Interceptor.Chain chain) throws IOException {
    lastRequestNanos.set(clock.nanos());
    Response response = chain.proceed(chain.request());
    if (response.isSuccessful()) {
      lastContact = clock.now();
    }
    return response;
  }
}

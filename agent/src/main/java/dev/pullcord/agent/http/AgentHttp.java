package dev.pullcord.agent.http;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.base.tls.PinnedTrust;
import dev.pullcord.protocol.ProtocolVersion;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.channel.ServerEvent;
import dev.pullcord.protocol.channel.StepPack;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import okhttp3.ConnectionSpec;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.eclipse.jgit.transport.http.HttpConnectionFactory2;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one HTTP client for the server's agents' port: mutual TLS 1.3 with pinned keys, connections
 * kept alive, no redirects, bodies of at most 1 MiB. JSON, the event stream and git go over it, so
 * that they share connections, and all of them go to the same server: {@link #goTo} changes it.
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
  private static final Duration CONNECTED_WITHIN = Duration.ofSeconds(10);
  // Two addresses that swallow packets have to fit into the 5 s of a change.
  private static final Duration CONNECTED_WITHIN_OF_SEVERAL = Duration.ofSeconds(2);

  private final HostClock clock;
  private final AtomicLong lastRequestNanos;
  private final NodeKey key;
  private final Duration answeredWithin;
  private final OkHttpClient common;
  private final LongAdder arrived = new LongAdder();
  private final Map<String, RetryAfter> retryAfter = new ConcurrentHashMap<>();
  private final Map<String, ServerClients> beside = new ConcurrentHashMap<>();
  private volatile ServerClients at;
  private volatile @Nullable Instant lastContact;
  private volatile Supplier<Map<String, String>> says = Map::of;
  private volatile Consumer<Answer.Refused<?>> refused = no -> {};
  private volatile BiConsumer<String, PinnedTrust.Learned> keys = (url, learned) -> {};

  /** Connects when it is first used. */
  public AgentHttp(ServerAddress server, NodeKey key, HostClock clock) {
    this(server, key, clock, ANSWERED_WITHIN);
  }

  /** The same, where an answer is read to its end within that time, however it drips. */
  AgentHttp(ServerAddress server, NodeKey key, HostClock clock, Duration answeredWithin) {
    this.key = key;
    this.clock = clock;
    this.answeredWithin = answeredWithin;
    this.lastRequestNanos = new AtomicLong(clock.nanos());
    this.common =
        ServerClients.baseline()
            // The pinned key is the server's whole identity; its names are not judged.
            .hostnameVerifier((host, session) -> true)
            // Each server's client has a trust of its own. One that could speak TLS without it,
            // would read the 150 authorities of the system: memory and CPU for nothing.
            .connectionSpecs(List.of(ConnectionSpec.CLEARTEXT))
            .addInterceptor(this::contact)
            .build();
    this.at = to(server, CONNECTED_WITHIN);
  }

  private ServerClients to(ServerAddress server, Duration connectedWithin) {
    return ServerClients.of(
        server,
        common.newBuilder().connectTimeout(connectedWithin).callTimeout(answeredWithin).build(),
        key,
        learned -> keys.accept(server.url(), learned),
        clock::nanos,
        arrived);
  }

  /** Beside the keys that are known of it, those that the server of now has or vouches for. */
  private ServerClients other(ServerAddress other) {
    PinnedTrust.ServerPins pins = other.pins().and(at.trust().pins());
    return to(new ServerAddress(other.url(), pins), CONNECTED_WITHIN_OF_SEVERAL);
  }

  /**
   * Sends everything to another server of the same store from now on. Beside the keys that are
   * known of it, those are trusted that the server before has or vouches for.
   */
  public void goTo(ServerAddress other) {
    ServerClients asked = beside.remove(other.url());
    at = asked == null ? other(other) : asked;
    beside.clear();
  }

  /**
   * Asks another server of the same store something, and stays with the server of now. What it says
   * counts as no contact.
   */
  public <T> Answer<T> ask(ServerAddress other, String path, Class<T> type, Duration atMost) {
    ServerClients there = beside.computeIfAbsent(other.url(), _ -> other(other));
    OkHttpClient.Builder brief = there.json().newBuilder().callTimeout(atMost);
    brief.interceptors().clear();
    Request request = request(there, path).get().build();
    try (Response response = brief.build().newCall(request).execute()) {
      return Answers.read(there.url(), response, type);
    } catch (IOException e) {
      return Answers.failed(there.url(), e);
    }
  }

  /** Others are not asked any more for now. */
  public void askNobodyElse() {
    beside.clear();
  }

  /** Headers that each request has from now on. */
  public void says(Supplier<Map<String, String>> headers) {
    says = headers;
  }

  /** Who is told of each refusal, whoever asked. */
  public void onRefusal(Consumer<Answer.Refused<?>> listener) {
    refused = listener;
  }

  /** Who keeps which keys a server has, by its address, when a handshake has changed that. */
  public void onKeys(BiConsumer<String, PinnedTrust.Learned> keeper) {
    keys = keeper;
  }

  /** Which keys the server may have, as far as it has said. */
  public PinnedTrust.ServerPins pins() {
    return at.trust().pins();
  }

  /** How long the server wants to be left alone. */
  public RetryAfter retryAfter() {
    return retryAfter(at.url());
  }

  private RetryAfter retryAfter(String url) {
    return retryAfter.computeIfAbsent(url, _ -> new RetryAfter(clock));
  }

  /** Says a last thing to the server; what it answers does not matter. */
  public void farewell(String path, Duration atMost) {
    ServerClients now = at;
    OkHttpClient brief = now.json().newBuilder().callTimeout(atMost).build();
    try (Response answer = brief.newCall(request(now, path).post(NOTHING).build()).execute()) {
      LOG.debug("{}: {}", path, answer.code());
    } catch (IOException e) {
      LOG.debug("{} was not heard: {}", path, e.getMessage());
    }
  }

  /** {@code GET path}. */
  public <T> Answer<T> get(String path, Class<T> type) {
    ServerClients now = at;
    return call(now, request(now, path).get().build(), type);
  }

  /** {@code POST path}, without a body if that is null. */
  public <T> Answer<T> post(String path, @Nullable Object body, Class<T> type) {
    RequestBody content =
        body == null ? NOTHING : RequestBody.create(PullcordJson.write(body), JSON);
    ServerClients now = at;
    return call(now, request(now, path).post(content).build(), type);
  }

  /**
   * {@code GET path} for something that is no JSON.
   *
   * @return its content, to be closed; nothing when the server has no such thing
   * @throws IOException if there is no answer
   */
  public Optional<InputStream> content(String path, String type) throws IOException {
    ServerClients now = at;
    Request request = request(now, path).get().header("Accept", type).build();
    Response response = now.git().newCall(request).execute();
    if (response.isSuccessful() && type.equals(response.header("Content-Type"))) {
      return Optional.of(response.body().byteStream());
    }
    response.close();
    return Optional.empty();
  }

  /** An event stream that is not open yet; it fails after 45 s of silence, and only then. */
  public EventStream stream(String path) {
    ServerClients now = at;
    Request request =
        request(now, path)
            .get()
            .header("Accept", "text/event-stream")
            .header(StepPack.HEADER, Integer.toString(StepPack.MOST_BYTES))
            .header(ServerEvent.Servers.HEADER, "1")
            .build();
    return new EventStream(
        now.url(),
        now.streams().newCall(request),
        answer -> heard(now.url(), answer),
        clock::nanos);
  }

  /** How JGit is to connect to this server; a new one for each transport. */
  public HttpConnectionFactory2 gitConnections() {
    return new GitConnections(at.git());
  }

  /** How many bytes of git and of {@link #content} have come so far. */
  public long arrived() {
    return arrived.sum();
  }

  /** The address of a path on the server that is spoken to now. */
  public String url(String path) {
    return at.url() + path;
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
    common.dispatcher().cancelAll();
  }

  /** Ends kept connections and calls under way. */
  @Override
  public void close() {
    cancel();
    common.dispatcher().executorService().shutdown();
    common.connectionPool().evictAll();
  }

  private Request.Builder request(ServerClients now, String path) {
    Request.Builder request = new Request.Builder();
    says.get().forEach(request::header);
    return request
        .url(now.url() + path)
        .header(ProtocolVersion.HEADER, Integer.toString(ProtocolVersion.CURRENT))
        // A compressed body could be a thousand times its size; ours are small.
        .header("Accept-Encoding", "identity");
  }

  private <T> Answer<T> call(ServerClients now, Request request, Class<T> type) {
    try (Response response = now.json().newCall(request).execute()) {
      return heard(now.url(), Answers.read(now.url(), response, type));
    } catch (IOException e) {
      return Answers.failed(now.url(), e);
    }
  }

  private <T> Answer<T> heard(String url, Answer<T> answer) {
    retryAfter(url).heard(answer);
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

package dev.pullcord.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.pullcord.base.http.NoDelaySockets;
import dev.pullcord.base.tls.PinnedTrust;
import dev.pullcord.client.tls.Fingerprint;
import dev.pullcord.client.tls.NativeTls;
import dev.pullcord.protocol.error.Problem;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import okhttp3.Call;
import okhttp3.ConnectionSpec;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * The OkHttp client of one fleet: the keys of its servers pinned, no redirects (they would carry
 * the token elsewhere), no delayed packets, bounded answers and times. A server that is away, or
 * waits for its turn, is left for the next one.
 */
final class Http {
  private static final List<ConnectionSpec> TLS =
      List.of(ConnectionSpec.MODERN_TLS, ConnectionSpec.CLEARTEXT);
  private static final Duration CONNECTED_WITHIN = Duration.ofSeconds(10);
  private static final Duration CONNECTED_WITHIN_OF_SEVERAL = Duration.ofSeconds(2);
  private static final Duration READ_WITHIN = Duration.ofSeconds(30);

  /** So long each of several servers is waited for in a round: one that hangs keeps nobody long. */
  static final List<Duration> ROUNDS =
      List.of(Duration.ofSeconds(4), Duration.ofSeconds(8), READ_WITHIN);

  private final ServerCredentials access;
  private final List<ServerUrl> servers;
  private final ServerClient.Listener listener;
  private final OkHttpClient common;
  private final Map<ServerUrl, OkHttpClient> clients = new ConcurrentHashMap<>();
  private final Set<String> vouched = ConcurrentHashMap.newKeySet();
  private final List<Duration> rounds;
  private volatile ServerUrl at;

  Http(ServerCredentials access, ServerClient.Listener listener, List<Duration> rounds) {
    this.access = access;
    this.listener = listener;
    at = access.address();
    vouched.addAll(access.elsewhere().pins());
    servers =
        Stream.concat(Stream.of(at), access.elsewhere().addresses().stream()).distinct().toList();
    this.rounds = servers.size() > 1 ? rounds : List.of(READ_WITHIN);
    common =
        new OkHttpClient.Builder()
            .connectTimeout(servers.size() > 1 ? CONNECTED_WITHIN_OF_SEVERAL : CONNECTED_WITHIN)
            .readTimeout(READ_WITHIN)
            .callTimeout(Duration.ofSeconds(60))
            .followRedirects(false)
            .socketFactory(new NoDelaySockets())
            // One that could speak TLS would read all the system's authorities: a tenth of a call.
            .connectionSpecs(List.of(ConnectionSpec.CLEARTEXT))
            .addInterceptor(c -> ApiCalls.heard(c.proceed(c.request()), listener))
            .build();
  }

  private OkHttpClient client(ServerUrl server) {
    return clients.computeIfAbsent(server, this::trusting);
  }

  private OkHttpClient trusting(ServerUrl server) {
    Fingerprint fingerprint = access.fingerprint();
    if (fingerprint == null) {
      return server.encrypted() ? common.newBuilder().connectionSpecs(TLS).build() : common;
    }
    Fingerprint next = access.next();
    String nextHex = next == null ? null : next.hex();
    PinnedTrust trust =
        new PinnedTrust(new PinnedTrust.ServerPins(fingerprint.hex(), nextHex, vouched));
    trust.onLearned(learned -> {
      vouched.addAll(learned.now().all());
      listener.learned(server, learned);
    });
    return common
        .newBuilder()
        .connectionSpecs(TLS)
        .sslSocketFactory(NativeTls.client(trust).getSocketFactory(), trust)
        .hostnameVerifier((host, session) -> true) // the key is the server
        .build();
  }

  ServerUrl server() {
    return at;
  }

  private static HttpUrl base(ServerUrl server) {
    return HttpUrl.get(server.url() + "/api/v1/");
  }

  /** The address of a page for people, with nothing of ours in it. */
  String page(String... path) {
    HttpUrl.Builder page = HttpUrl.get(at.url() + "/").newBuilder();
    List.of(path).forEach(page::addPathSegment);
    return page.build().toString();
  }

  /** A client of the same kind for a stream that is open as long as it takes. */
  OkHttpClient streaming(ServerUrl server) {
    return client(server)
        .newBuilder()
        .callTimeout(Duration.ZERO)
        .readTimeout(Duration.ofSeconds(45))
        .build();
  }

  Request.Builder request(Map<String, String> query, String... path) {
    HttpUrl.Builder url = base(at).newBuilder();
    List.of(path).forEach(url::addPathSegment);
    query.forEach(url::addQueryParameter);
    return new Request.Builder()
        .url(url.build())
        .header("Authorization", "Bearer " + access.token());
  }

  /** Asks, and reads the answer; no body is sent when it is null. */
  <T> ServerReply<T> send(
      String method, @Nullable Object body, Request.Builder request, Reader<T> to) {
    Request made = request.method(method, OnceBody.of(method, body)).build();
    if (method.equals("GET")) {
      return looked(made, to);
    }
    leaveSilent();
    return ask(made, (server, there) -> execute(server, client(server).newCall(there), to));
  }

  /** Asks what changes nothing: it can be asked again, of the same server too. */
  private <T> ServerReply<T> looked(Request request, Reader<T> to) {
    ServerReply<T> reply;
    Iterator<Duration> round = rounds.iterator();
    do {
      Duration within = round.next();
      reply =
          ask(
              request,
              (server, made) -> {
                OkHttpClient client = client(server).newBuilder().readTimeout(within).build();
                return execute(server, client.newCall(made), to);
              });
    } while (reply instanceof ServerReply.Unreachable && round.hasNext());
    return reply;
  }

  /** What is asked once goes to a server that answers, where there are several. */
  private void leaveSilent() {
    if (servers.size() > 1) {
      looked(request(Map.of(), "whoami").build(), _ -> at);
    }
  }

  /** Asks the server of now, and the others in turn while they are away; each of them once. */
  private <T> ServerReply<T> ask(Request request, Question<T> question) {
    ServerUrl from = servers.stream().filter(s -> isAt(request, s)).findFirst().orElse(at);
    int now = servers.indexOf(at);
    ServerReply<T> first = null;
    for (int n = 0; n < servers.size(); n++) {
      ServerUrl server = servers.get((now + n) % servers.size());
      ServerReply<T> reply;
      boolean again;
      try {
        reply = question.to(server, elsewhere(request, from, server));
        again = reply.refusal().filter(p -> Problem.STANDBY.equals(p.code())).isPresent();
        if (!again) {
          arrive(server);
          return reply;
        }
      } catch (IOException e) {
        reply = new ServerReply.Unreachable<>(ConnectionFailure.of(server, e));
        // What may have been done is not asked for a second time.
        again = request.method().equals("GET") || ConnectionFailure.beforeSending(e);
      }
      first = first == null ? reply : first;
      if (!again) {
        return first;
      }
    }
    return Objects.requireNonNull(first);
  }

  private void arrive(ServerUrl server) {
    if (!server.equals(at)) {
      at = server;
      listener.moved(server);
    }
  }

  private static boolean isAt(Request request, ServerUrl server) {
    return request.url().toString().startsWith(base(server).toString());
  }

  private static Request elsewhere(Request request, ServerUrl from, ServerUrl to) {
    String rest = request.url().toString().substring(base(from).toString().length());
    return request.newBuilder().url(base(to) + rest).build();
  }

  /** A request to one server; an exception where that is away. */
  private interface Question<T> {
    ServerReply<T> to(ServerUrl server, Request request) throws IOException;
  }

  private <T> ServerReply<T> execute(ServerUrl server, Call call, Reader<T> to) throws IOException {
    try (Response response = call.execute()) {
      String text = ApiCalls.text(response.body());
      if (response.isSuccessful()) {
        return new ServerReply.Got<>(to.read(text));
      }
      return ApiCalls.refused(server, response, text);
    } catch (JsonProcessingException e) {
      return ApiCalls.strange(server, e);
    }
  }

  /**
   * Asks, and passes the lines of the answer on as they come, until it ends or nobody wants more.
   */
  <T> ServerReply<T> lines(Request.Builder request, Predicate<String> more, T end) {
    return stream(request, more::test, end);
  }

  /**
   * The same where each line is a JSON document; an empty line says only that the server is there.
   */
  <D, T> ServerReply<T> documents(
      Request.Builder request, Class<D> type, Predicate<D> more, T end) {
    return stream(request, line -> line.isEmpty() || more.test(ApiCalls.read(type, line)), end);
  }

  private <T> ServerReply<T> stream(Request.Builder request, Reader<Boolean> more, T end) {
    leaveSilent();
    return ask(request.build(), (server, made) -> stream(server, made, more, end));
  }

  private <T> ServerReply<T> stream(ServerUrl server, Request request, Reader<Boolean> more, T end)
      throws IOException {
    try (Response response = streaming(server).newCall(request).execute()) {
      if (!response.isSuccessful()) {
        return ApiCalls.refused(server, response, ApiCalls.text(response.body()));
      }
      BufferedSource source = response.body().source();
      try {
        String line = source.readUtf8Line();
        while (line != null && more.read(line)) {
          line = source.readUtf8Line();
        }
        return new ServerReply.Got<>(end);
      } catch (JsonProcessingException e) {
        return ApiCalls.strange(server, e);
      } catch (IOException e) {
        // Lines were passed on already: another server would begin with the same ones.
        return new ServerReply.Unreachable<>(ConnectionFailure.of(server, e));
      }
    }
  }

  /** Whether the server is ready; it has a few seconds to say so. */
  <T> ServerReply<T> ready(T yes) {
    Request request = new Request.Builder().url(page("readyz")).build();
    OkHttpClient impatient = client(at).newBuilder().callTimeout(Duration.ofSeconds(5)).build();
    try {
      return execute(at, impatient.newCall(request), _ -> yes);
    } catch (IOException e) {
      return new ServerReply.Unreachable<>(ConnectionFailure.of(at, e));
    }
  }

  /** Lets go of the threads and the connections. */
  void close() {
    common.dispatcher().executorService().shutdown();
    common.connectionPool().evictAll();
  }

  /** Makes a value of an answer's text. */
  interface Reader<T> {
    T read(String text) throws JsonProcessingException;
  }
}

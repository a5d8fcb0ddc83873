package dev.pullcord.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.pullcord.base.http.NoDelaySockets;
import dev.pullcord.base.tls.PinnedTrust;
import dev.pullcord.base.tls.TlsContexts;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.error.Problem;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * One OkHttp client for one server: its key pinned, no redirects (they would carry the token
 * elsewhere), no delayed packets, bounded answers and times.
 */
final class Http {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final long BODY_LIMIT_BYTES = 64L << 20;
  private final ServerCredentials access;
  private final HttpUrl base;
  private final OkHttpClient client;

  Http(ServerCredentials access, Consumer<PinnedTrust.Learned> keeper) {
    this.access = access;
    base = HttpUrl.get(access.address().url() + "/api/v1/");
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .connectTimeout(Duration.ofSeconds(10))
            .readTimeout(Duration.ofSeconds(30))
            .callTimeout(Duration.ofSeconds(60))
            .followRedirects(false)
            .socketFactory(new NoDelaySockets());
    Fingerprint fingerprint = access.fingerprint();
    if (fingerprint != null) {
      Fingerprint next = access.next();
      PinnedTrust trust =
          new PinnedTrust(
              new PinnedTrust.ServerPins(fingerprint.hex(), next == null ? null : next.hex()));
      trust.onLearned(keeper);
      builder.sslSocketFactory(TlsContexts.client(trust).getSocketFactory(), trust);
      builder.hostnameVerifier((host, session) -> true); // the key is the server
    }
    client = builder.build();
  }

  /** The address of a page for people, with nothing of ours in it. */
  String page(String... path) {
    HttpUrl.Builder page = base.newBuilder().encodedPath("/");
    for (String segment : path) {
      page.addPathSegment(segment);
    }
    return page.build().toString();
  }

  /** A client of the same kind for a stream that is open as long as it takes. */
  OkHttpClient streaming() {
    return client
        .newBuilder()
        .callTimeout(Duration.ZERO)
        .readTimeout(Duration.ofSeconds(45))
        .build();
  }

  Request.Builder request(Map<String, String> query, String... path) {
    HttpUrl.Builder url = base.newBuilder();
    for (String segment : path) {
      url.addPathSegment(segment);
    }
    query.forEach(url::addQueryParameter);
    return new Request.Builder()
        .url(url.build())
        .header("Authorization", "Bearer " + access.token());
  }

  /** Asks, and reads the answer; no body is sent when it is null. */
  <T> ServerReply<T> send(
      String method, @Nullable Object body, Request.Builder request, Reader<T> to) {
    RequestBody content =
        body != null
            ? RequestBody.create(PullcordJson.write(body), JSON)
            : method.equals("POST") || method.equals("PUT") ? RequestBody.create("", null) : null;
    return execute(client.newCall(request.method(method, content).build()), to);
  }

  private <T> ServerReply<T> execute(Call call, Reader<T> to) {
    try (Response response = call.execute()) {
      String text = read(response.body());
      if (response.isSuccessful()) {
        return new ServerReply.Got<>(to.read(text));
      }
      return refused(response, text);
    } catch (JsonProcessingException e) {
      return new ServerReply.Strange<>(
          access.address() + " does not answer as a Pullcord server: " + e.getOriginalMessage());
    } catch (IOException e) {
      return new ServerReply.Unreachable<>(ConnectionFailure.of(access.address(), e));
    }
  }

  /**
   * Asks, and passes the lines of the answer on as they come, until it ends or nobody wants more.
   */
  <T> ServerReply<T> lines(Request.Builder request, Predicate<String> more, T end) {
    try (Response response = streaming().newCall(request.build()).execute()) {
      if (!response.isSuccessful()) {
        return refused(response, read(response.body()));
      }
      BufferedSource source = response.body().source();
      String line = source.readUtf8Line();
      while (line != null && more.test(line)) {
        line = source.readUtf8Line();
      }
      return new ServerReply.Got<>(end);
    } catch (IOException e) {
      return new ServerReply.Unreachable<>(ConnectionFailure.of(access.address(), e));
    }
  }

  /** Whether the server is ready; it has a few seconds to say so. */
  <T> ServerReply<T> ready(T yes) {
    Request request = new Request.Builder().url(page("readyz")).build();
    OkHttpClient impatient = client.newBuilder().callTimeout(Duration.ofSeconds(5)).build();
    return execute(impatient.newCall(request), _ -> yes);
  }

  /** Lets go of the threads and the connections. */
  void close() {
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }

  private <T> ServerReply<T> refused(Response response, String text) throws IOException {
    MediaType type = response.body().contentType();
    boolean problem =
        type != null && (type.subtype().equals("problem+json") || type.subtype().equals("json"));
    if (problem) {
      Problem read = PullcordJson.wire().readValue(text, Problem.class);
      if (read != null && read.code() != null && read.detail() != null) {
        return new ServerReply.Refused<>(read, access.address());
      }
    }
    String there = response.header("Location") == null ? "" : " to " + response.header("Location");
    return new ServerReply.Strange<>(
        access.address()
            + " does not answer as a Pullcord server: status "
            + response.code()
            + there
            + " and no problem document");
  }

  private static String read(ResponseBody body) throws IOException {
    BufferedSource source = body.source();
    Buffer kept = new Buffer();
    while (source.read(kept, 64 << 10) != -1) {
      if (kept.size() > BODY_LIMIT_BYTES) {
        throw new IOException("the answer is longer than " + (BODY_LIMIT_BYTES >> 20) + " MiB");
      }
    }
    return kept.readUtf8();
  }

  /** Makes a value of an answer's text. */
  interface Reader<T> {
    T read(String text) throws JsonProcessingException;
  }
}

package dev.pullcord.agent.http;

import dev.pullcord.base.http.NoDelaySockets;
import dev.pullcord.base.tls.PinnedTrust;
import dev.pullcord.base.tls.TlsContexts;
import dev.pullcord.git.remote.pace.FetchLimits;
import dev.pullcord.git.remote.pace.FetchPace;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okhttp3.TlsVersion;
import okio.BufferedSource;
import okio.Okio;

/**
 * Holds the clients that speak to one server, all of them with its pinned keys.
 *
 * @param trust which keys it may have
 * @param git for what takes as long as it takes
 * @param json for what is answered soon
 * @param streams for events
 */
record ServerClients(
    String url, PinnedTrust trust, OkHttpClient git, OkHttpClient json, OkHttpClient streams) {
  // The server sends a comment every 15 s; three missing ones mean that it is gone.
  private static final Duration STREAM_SILENCE_MAX = Duration.ofSeconds(45);
  // A node's first pack can be large, and its line thin: as long as it comes, it may take days.
  private static final FetchLimits PACE =
      new FetchLimits(
          FetchLimits.USUAL.silence(),
          FetchLimits.USUAL.window(),
          FetchLimits.USUAL.leastBytes(),
          Duration.ofDays(7));

  private static final ConnectionSpec TLS =
      new ConnectionSpec.Builder(ConnectionSpec.RESTRICTED_TLS)
          .tlsVersions(TlsVersion.TLS_1_3)
          .build();

  /**
   * Clients made of one that has the times of what is answered soon.
   *
   * @param arrived is added each byte to that {@code git} reads
   */
  static ServerClients of(
      ServerAddress server,
      OkHttpClient soon,
      NodeKey key,
      Consumer<PinnedTrust.Learned> learned,
      LongSupplier nanos,
      LongAdder arrived) {
    PinnedTrust trust = new PinnedTrust(server.pins());
    trust.onLearned(learned);
    OkHttpClient json =
        soon.newBuilder()
            .connectionSpecs(List.of(TLS))
            .sslSocketFactory(TlsContexts.showing(key.pair(), trust).getSocketFactory(), trust)
            .build();
    OkHttpClient patient = json.newBuilder().callTimeout(Duration.ZERO).build();
    OkHttpClient git =
        patient
            .newBuilder()
            .addInterceptor(call -> paced(call.proceed(call.request()), nanos, arrived))
            .build();
    OkHttpClient streams = patient.newBuilder().readTimeout(STREAM_SILENCE_MAX).build();
    return new ServerClients(server.url(), trust, git, json, streams);
  }

  /**
   * An answer that fails when too little of it comes: a read's time limit begins anew with each
   * byte, and while a pass fetches, nothing else is done.
   */
  private static Response paced(Response answer, LongSupplier nanos, LongAdder arrived) {
    ResponseBody body = answer.body();
    InputStream counted = new FetchPace(PACE, nanos, arrived).counting(body.byteStream());
    BufferedSource source = Okio.buffer(Okio.source(counted));
    return answer
        .newBuilder()
        .body(ResponseBody.create(source, body.contentType(), body.contentLength()))
        .build();
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
}

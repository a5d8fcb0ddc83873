package dev.pullcord.agent.http;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.base.host.Signal;
import dev.pullcord.base.tls.KeyTrust;
import dev.pullcord.base.tls.TlsContexts;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * Asks a program on this host over loopback, with a new connection each time: no proxy, no
 * redirect, nothing kept. A certificate is not judged: nobody else can answer on loopback, and none
 * names 127.0.0.1.
 *
 * <p>It owns these failures and answers them as values: nothing listens there, no answer in time,
 * an answer that is no HTTP, one that never ends (64 KiB of it are read).
 */
public final class LoopbackHttp {
  private static final int BODY_BYTES = 64 << 10;
  private static final int PIECE_BYTES = 8 << 10;
  private static final Duration LOOK = Duration.ofMillis(20);

  private final OkHttpClient client;
  private final HostClock clock;

  /** Connects when it is asked to. */
  public LoopbackHttp(HostClock clock) {
    this.clock = clock;
    KeyTrust anyone =
        new KeyTrust() {
          @Override
          protected void server(X509Certificate shown) {
            // whoever answers on loopback is on this host
          }
        };
    this.client =
        ServerClients.baseline()
            .proxy(Proxy.NO_PROXY)
            .dns(LoopbackHttp::here)
            .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
            .retryOnConnectionFailure(false)
            .sslSocketFactory(TlsContexts.client(anyone).getSocketFactory(), anyone)
            .hostnameVerifier((host, session) -> true)
            .build();
  }

  /** What came of asking. */
  public sealed interface Reply {
    /**
     * An answer.
     *
     * @param status its status
     * @param location where a redirect points to
     * @param body as much of it as was needed
     */
    record Answered(int status, @Nullable String location, String body) implements Reply {}

    /**
     * None, or not all of it.
     *
     * @param why one line
     */
    record Silent(String why) implements Reply {}

    /** Nobody wants to know any more. */
    record Abandoned() implements Reply {}
  }

  /**
   * {@code GET}, with no more of the body than it takes to find a text, or the first of it where
   * the status is not good.
   *
   * @param url on loopback
   * @param text what is looked for in the body; null when the body does not matter
   * @param timeout from the connection to the last that is read
   * @param pointless asked every 20 ms
   */
  public Reply get(String url, @Nullable String text, Duration timeout, BooleanSupplier pointless) {
    Duration limit = timeout.toMillis() < 1 ? Duration.ofMillis(1) : timeout; // 0 is no limit
    OkHttpClient limited = client.newBuilder().callTimeout(limit).build();
    Request request =
        new Request.Builder()
            .url(url)
            .header("Accept-Encoding", "identity")
            .header("Connection", "close")
            .header("User-Agent", "pullcord-health")
            .build();
    Call call = limited.newCall(request);
    Signal answered = new Signal();
    AtomicReference<@Nullable Reply> reply = new AtomicReference<>();
    LastingThreads.brief(
        "health-http",
        () -> {
          reply.set(reply(call, text));
          answered.raise();
        });
    while (true) {
      Reply came = reply.get();
      if (came != null) {
        return came;
      }
      if (pointless.getAsBoolean()) {
        call.cancel();
        return new Reply.Abandoned();
      }
      clock.await(answered, 0, LOOK);
    }
  }

  private static Reply reply(Call call, @Nullable String text) {
    try (Response response = call.execute()) {
      String body = response.isSuccessful() && text == null ? "" : body(response, text);
      Reply reply = new Reply.Answered(response.code(), response.header("Location"), body);
      call.cancel(); // what is left of the body is not waited for
      return reply;
    } catch (ConnectException e) {
      return new Reply.Silent("nothing listens there");
    } catch (InterruptedIOException e) {
      return new Reply.Silent("no whole answer in time");
    } catch (IOException | RuntimeException e) {
      // What a worker sends must not end the agent, whatever the library makes of it.
      return new Reply.Silent("no answer that can be read: " + e.getMessage());
    }
  }

  private static String body(Response response, @Nullable String text) throws IOException {
    BufferedSource source = response.body().source();
    Buffer read = new Buffer();
    String body = "";
    while (read.size() < BODY_BYTES && source.read(read, PIECE_BYTES) != -1) {
      body = read.snapshot().string(StandardCharsets.UTF_8);
      if (text == null || body.contains(text)) {
        break;
      }
    }
    return body;
  }

  /** Only the host itself, whatever its files and name servers say. */
  private static List<InetAddress> here(String host) throws UnknownHostException {
    return List.of(
        InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1}), InetAddress.getByName("::1"));
  }
}

package dev.pullcord.server.alert.receiver;

import dev.pullcord.base.http.NetworkFailure;
import dev.pullcord.base.text.TerminalText;
import dev.pullcord.base.tls.CertificateFault;
import dev.pullcord.server.alert.outbox.Delivery;
import java.io.IOException;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request with JSON and says what came of it. A try ends after half a minute whatever the
 * other side does. Redirects are not followed, so that nothing goes where nobody wanted it.
 */
public final class HttpPost implements AutoCloseable {
  private static final int ANSWER_BYTES_MAX = 256 << 10;

  private static final int EXCERPT = 120;

  /** Of these the message itself is the cause, so another try is of no use. */
  private static final Set<Integer> REFUSED = Set.of(400, 405, 406, 413, 415, 422);

  private static final String NO_LOGIN = "; it does not accept the token or the address's secret";
  private static final String GONE = "; is the address right, and is what it leads to still there?";

  /** What to look at, where the answer of a host hardly ever says so. */
  private static final Map<Integer, String> WAYS_OUT =
      Map.of(401, NO_LOGIN, 403, NO_LOGIN, 404, GONE, 410, GONE);

  private final InstantSource clock;
  private final Proxies proxies;
  private final HttpClients clients;
  private final Duration tryMax;

  /** Finds the proxy through which an address is reached. */
  @FunctionalInterface
  public interface Proxies {
    /** The proxy; {@link Proxy#NO_PROXY} for none. The message of the exception is shown. */
    Proxy of(URL url) throws IOException;
  }

  /** By that clock, and through those proxies. */
  public HttpPost(InstantSource clock, Proxies proxies) {
    this(clock, proxies, Duration.ofSeconds(30));
  }

  HttpPost(InstantSource clock, Proxies proxies, Duration tryMax) {
    this.clock = clock;
    this.proxies = proxies;
    this.clients = new HttpClients(proxies);
    this.tryMax = tryMax;
  }

  /** The time by which tries go. */
  public Instant now() {
    return clock.instant();
  }

  /**
   * A request.
   *
   * @param uri where to
   * @param headers beside those of the body
   * @param body JSON; null to read instead of to send
   * @param caFile the authorities to trust in place of the system's; null for the system's
   * @param secrets texts that must not be shown, should an answer have them
   */
  public record Call(
      URI uri,
      Map<String, String> headers,
      @Nullable String body,
      @Nullable Path caFile,
      List<String> secrets) {}

  /** An answer with its status, whatever that is. */
  public record Answer(int status, String body, Delivery delivery) {}

  /** Sends it. */
  public Delivery send(Call call) throws InterruptedException {
    return ask(call).delivery();
  }

  /** Sends JSON to an address that is a secret. */
  Delivery send(SecretAddress address, String body) throws InterruptedException {
    try {
      URI uri = address.read();
      return send(new Call(uri, Map.of(), body, address.caFile(), SecretMask.of(uri)));
    } catch (IOException e) {
      return new Delivery.Later(e.getMessage() + "");
    }
  }

  /** Sends it, for callers that read the answer. */
  public Answer ask(Call call) throws InterruptedException {
    String host = call.uri().getHost();
    HttpClient client;
    try {
      proxies.of(call.uri().toURL()); // a proxy that makes no sense is a failure of its own
      client = clients.trusting(call.caFile());
    } catch (IOException e) {
      return failed(e.getMessage() + "");
    }
    try {
      HttpResponse<String> answer = exchange(call, client);
      return new Answer(answer.statusCode(), answer.body(), judged(call, answer));
    } catch (HttpTimeoutException | TimeoutException _) {
      return failed(host + ": no answer in time");
    } catch (IOException e) {
      String reason =
          CertificateFault.reason(e, "ca-file").orElseGet(() -> NetworkFailure.reason(e));
      return failed(new SecretMask(call.secrets()).over(host + ": " + reason));
    }
  }

  private static Answer failed(String reason) {
    return new Answer(0, "", new Delivery.Later(TerminalText.clean(reason)));
  }

  private HttpResponse<String> exchange(Call call, HttpClient client)
      throws IOException, InterruptedException, TimeoutException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(call.uri()).header("User-Agent", "pullcord-server");
    if (call.body() == null) {
      request.GET();
    } else {
      request
          .header("Content-Type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofString(call.body()));
    }
    call.headers().forEach(request::header);
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(request.build(), _ -> new FirstBytes(ANSWER_BYTES_MAX));
    try {
      return answer.get(tryMax.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    } finally {
      answer.cancel(true);
    }
  }

  private Delivery judged(Call call, HttpResponse<String> answer) {
    int status = answer.statusCode();
    if (status >= 200 && status < 300) {
      return new Delivery.Done();
    }
    String said =
        new SecretMask(call.secrets()).over(answer.body()).strip().replaceAll("\\s+", " ");
    String reason =
        call.uri().getHost()
            + " answered "
            + status
            + (said.isEmpty() || said.startsWith("<")
                ? ""
                : ": " + TerminalText.cut(TerminalText.clean(said), EXCERPT))
            + WAYS_OUT.getOrDefault(status, "");
    return REFUSED.contains(status)
        ? new Delivery.Refused(reason)
        : new Delivery.Later(
            reason, retryAfter(answer.headers().firstValue("Retry-After").orElse("")));
  }

  /** In seconds, or a date. */
  private Duration retryAfter(String text) {
    if (text.matches("[0-9]{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(text));
    }
    try {
      Instant at = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration left = Duration.between(clock.instant(), at);
      return left.isNegative() ? Duration.ZERO : left;
    } catch (DateTimeException _) {
      return Duration.ZERO;
    }
  }

  /** Ends what is under way, and takes no more. */
  @Override
  public void close() {
    clients.close();
  }
}

package dev.pullcord.agent.http;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.base.http.NetworkFailure;
import dev.pullcord.base.http.RetryAfterHeader;
import dev.pullcord.base.http.StandardWebhookSignature;
import dev.pullcord.git.remote.ProxyChoice;
import dev.pullcord.git.remote.RemoteFault;
import dev.pullcord.git.remote.SecretFile;
import dev.pullcord.protocol.unit.Durations;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * Sends messages to one address, signed in the form of Standard Webhooks, through the proxy that
 * the address is reached by. It follows no redirect, and gives a receiver that hangs 20 seconds.
 */
public final class OutcomeWebhook {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final Duration WITHIN = Duration.ofSeconds(20);

  private final URI url;
  private final Path secretFile;
  private final HostClock clock;
  private final ProxyChoice proxies;
  private final OkHttpClient client = AgentHttp.baseline().callTimeout(WITHIN).build();

  /**
   * To that address.
   *
   * @param secretFile with what is signed; read for each message, so that a new one needs no
   *     restart
   * @param proxies for {@code https} alone; what is not encrypted stays off proxies
   */
  public OutcomeWebhook(URI url, Path secretFile, HostClock clock, ProxyChoice proxies) {
    this.proxies = proxies;
    this.url = url;
    this.secretFile = secretFile;
    this.clock = clock;
  }

  /**
   * Why a message was not taken.
   *
   * @param reason for people
   * @param pause so long the receiver asks to be left alone; zero when it does not say
   */
  public record Untaken(String reason, Duration pause) {
    private Untaken(String reason) {
      this(reason, Duration.ZERO);
    }
  }

  /**
   * Sends a message.
   *
   * @param id the same for each try
   * @return why it was not taken; empty when it was
   */
  public Optional<Untaken> send(String id, String json) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    try {
      Request request = signed(id, body);
      try (Response response = through().newCall(request).execute()) {
        return response.isSuccessful() ? Optional.empty() : Optional.of(untaken(response));
      }
    } catch (RemoteFault e) {
      return Optional.of(new Untaken(String.valueOf(e.getMessage())));
    } catch (IOException e) {
      return Optional.of(new Untaken(url + ": " + NetworkFailure.reason(e)));
    } catch (IllegalArgumentException e) {
      return Optional.of(new Untaken("notify.secret-file: " + secretFile + ": " + e.getMessage()));
    }
  }

  private OkHttpClient through() throws IOException {
    return "https".equals(url.getScheme())
        ? client.newBuilder().proxy(proxies.of(url.toURL())).build()
        : client;
  }

  private Untaken untaken(Response response) {
    Duration pause = RetryAfterHeader.left(response.header("Retry-After"), clock.now());
    return new Untaken(
        url
            + " answered "
            + response.code()
            + (pause.isZero() ? "" : ", and asks for " + Durations.human(pause)),
        pause);
  }

  private Request signed(String id, byte[] body) throws RemoteFault {
    Instant now = clock.now();
    StandardWebhookSignature signature =
        new StandardWebhookSignature(SecretFile.read(secretFile, "notify.secret-file"));
    return new Request.Builder()
        .url(url.toString())
        .header("User-Agent", "pullcord-agent")
        .header(StandardWebhookSignature.ID, id)
        .header(StandardWebhookSignature.TIMESTAMP, Long.toString(now.getEpochSecond()))
        .header(StandardWebhookSignature.SIGNATURE, signature.sign(id, now, body))
        .post(RequestBody.create(body, JSON))
        .build();
  }

  /** Ends a message that is under way. */
  public void cancel() {
    client.dispatcher().cancelAll();
  }
}

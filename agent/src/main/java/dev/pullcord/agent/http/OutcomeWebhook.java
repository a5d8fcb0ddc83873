package dev.pullcord.agent.http;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.base.http.NetworkFailure;
import dev.pullcord.base.http.RetryAfterHeader;
import dev.pullcord.base.http.StandardWebhookSignature;
import dev.pullcord.base.tls.CertificateFault;
import dev.pullcord.base.tls.TlsContexts;
import dev.pullcord.git.remote.RemoteTls;
import dev.pullcord.git.remote.access.ProxyChoice;
import dev.pullcord.git.remote.access.RemoteFault;
import dev.pullcord.git.remote.access.SecretFile;
import dev.pullcord.protocol.unit.Durations;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.X509TrustManager;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages to one address, signed in the form of Standard Webhooks, through the proxy that
 * the address is reached by. It follows no redirect, and gives a receiver that hangs 20 seconds.
 */
public final class OutcomeWebhook {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final Duration WITHIN = Duration.ofSeconds(20);

  private final URI url;
  private final Files files;
  private final HostClock clock;
  private final ProxyChoice proxies;
  private final OkHttpClient client = ServerClients.baseline().callTimeout(WITHIN).build();

  /**
   * To that address.
   *
   * @param proxies for {@code https} alone; what is not encrypted stays off proxies
   */
  public OutcomeWebhook(URI url, Files files, HostClock clock, ProxyChoice proxies) {
    this.proxies = proxies;
    this.url = url;
    this.files = files;
    this.clock = clock;
  }

  /**
   * What is read for each message, so that a new one needs no restart.
   *
   * @param secret with what is signed
   * @param authorities to trust in place of the system's; null for the system's
   */
  public record Files(Path secret, @Nullable Path authorities) {
    private StandardWebhookSignature signature() throws RemoteFault {
      try {
        return new StandardWebhookSignature(SecretFile.read(secret, "notify.secret-file"));
      } catch (IllegalArgumentException e) {
        throw new RemoteFault(
            RemoteFault.Kind.REFUSED, "notify.secret-file: " + secret + ": " + e.getMessage(), e);
      }
    }

    private @Nullable X509TrustManager trust() throws RemoteFault {
      return authorities == null ? null : new RemoteTls("notify").trust(authorities);
    }

    /** What keeps a message from being sent; empty when nothing does. */
    public Optional<String> trouble() {
      try {
        signature();
        trust();
        return Optional.empty();
      } catch (RemoteFault e) {
        return Optional.of(String.valueOf(e.getMessage()));
      }
    }
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
      String reason =
          CertificateFault.reason(e, "notify.ca-file").orElseGet(() -> NetworkFailure.reason(e));
      return Optional.of(new Untaken(url + ": " + reason));
    }
  }

  private OkHttpClient through() throws IOException {
    if (!"https".equals(url.getScheme())) {
      return client;
    }
    OkHttpClient.Builder through = client.newBuilder().proxy(proxies.of(url.toURL()));
    X509TrustManager trust = files.trust();
    if (trust != null) {
      through.sslSocketFactory(TlsContexts.client(trust).getSocketFactory(), trust);
    }
    return through.build();
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
    StandardWebhookSignature signature = files.signature();
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

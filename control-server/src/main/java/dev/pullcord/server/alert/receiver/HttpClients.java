package dev.pullcord.server.alert.receiver;

import dev.pullcord.base.tls.Authorities;
import dev.pullcord.base.tls.TlsContexts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one client for each file of authorities, so that a try costs no new threads and may use a
 * connection of the try before. There are as many as {@code server.yaml} names such files. When a
 * file has other authorities than before, its client is replaced.
 */
final class HttpClients implements AutoCloseable {
  private static final Duration CONNECT_MAX = Duration.ofSeconds(10);
  private static final String SYSTEM = "";

  private final ProxySelector proxies;
  private final Map<String, Kept> kept = new HashMap<>();
  private boolean closed;

  private record Kept(HttpClient client, byte[] authorities) {}

  HttpClients(HttpPost.Proxies proxies) {
    this.proxies = new Selector(proxies);
  }

  /** The client that trusts these authorities and no other; null for the system's. */
  synchronized HttpClient trusting(@Nullable Path caFile) throws IOException {
    if (closed) {
      throw new IOException("the server stops");
    }
    String key = caFile == null ? SYSTEM : caFile.toString();
    byte[] authorities = caFile == null ? new byte[0] : content(caFile);
    Kept before = kept.get(key);
    if (before != null && Arrays.equals(before.authorities(), authorities)) {
      return before.client();
    }
    HttpClient client = client(caFile);
    kept.put(key, new Kept(client, authorities));
    if (before != null) {
      before.client().shutdown(); // what it has under way may end
    }
    return client;
  }

  private static byte[] content(Path caFile) throws IOException {
    try {
      return Files.readAllBytes(caFile);
    } catch (IOException e) {
      throw new IOException("ca-file: " + caFile + " cannot be read", e);
    }
  }

  private HttpClient client(@Nullable Path caFile) throws IOException {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT_MAX)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(proxies);
    if (caFile != null) {
      builder.sslContext(tls(caFile));
    }
    return builder.build();
  }

  /** The TLS of a client that trusts these authorities and no other. */
  static SSLContext tls(Path authorities) throws IOException {
    try {
      return TlsContexts.client(Authorities.trust(authorities));
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "ca-file: " + authorities + ": certificates as PEM expected: " + e.getMessage(), e);
    }
  }

  /** Ends what is under way. */
  @Override
  public synchronized void close() {
    closed = true;
    kept.values().forEach(k -> k.client().shutdownNow());
    kept.clear();
  }

  private static final class Selector extends ProxySelector {
    private final HttpPost.Proxies proxies;

    Selector(HttpPost.Proxies proxies) {
      this.proxies = proxies;
    }

    @Override
    public List<Proxy> select(URI uri) {
      try {
        return List.of(proxies.of(uri.toURL()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
      // The request itself fails, and says so.
    }
  }
}

package dev.pullcord.git.remote;

import java.io.IOException;
import java.net.Proxy;
import java.net.URL;
import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory;
import org.eclipse.jgit.transport.http.JDKHttpConnectionFactory;
import org.jspecify.annotations.Nullable;

/** Makes connections that trust whom they are to trust, and go through the proxy. */
final class RemoteHttp implements HttpConnectionFactory {
  private final JDKHttpConnectionFactory plain = new JDKHttpConnectionFactory();
  private final KeyManager @Nullable [] keys;
  private final TrustManager @Nullable [] trust;
  private final RemoteAccess access;
  private final ProxyChoice proxies;
  private final InstantSource clock;

  /**
   * Connections.
   *
   * @param keys client certificates; null for none
   * @param trust null for the system's authorities
   */
  RemoteHttp(
      RemoteAccess access,
      KeyManager @Nullable [] keys,
      TrustManager @Nullable [] trust,
      ProxyChoice proxies,
      InstantSource clock) {
    this.access = access;
    this.keys = keys;
    this.trust = trust;
    this.proxies = proxies;
    this.clock = clock;
  }

  @Override
  public HttpConnection create(URL url) throws IOException {
    HttpConnection connection = plain.create(url, proxies.of(url));
    try {
      connection.configure(keys, trust, null);
    } catch (NoSuchAlgorithmException | KeyManagementException e) {
      throw new IOException("TLS cannot be set up: " + e.getMessage(), e);
    }
    return new RemoteHttpRequest(connection, access, clock);
  }

  @Override
  public HttpConnection create(URL url, @Nullable Proxy proxy) throws IOException {
    return create(url); // the host's own settings of Java are not looked at
  }
}

package dev.pullcord.git.remote;

import dev.pullcord.base.tls.ClientCertificate;
import dev.pullcord.git.remote.access.ProxyChoice;
import dev.pullcord.git.remote.access.RemoteAccess;
import dev.pullcord.git.remote.pace.FetchPace;
import dev.pullcord.git.remote.pace.PacedSockets;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URL;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory;
import org.jspecify.annotations.Nullable;

/** Makes the connections of one transport: they trust whom they are to trust, and are counted. */
final class RemoteHttp implements HttpConnectionFactory {
  private final SSLSocketFactory sockets;
  private final ClientCertificate certificate;
  private final RemoteAccess access;
  private final ProxyChoice proxies;
  private final InstantSource clock;

  /**
   * Connections.
   *
   * @param trust null for the system's authorities
   */
  RemoteHttp(
      RemoteAccess access,
      ClientCertificate certificate,
      TrustManager @Nullable [] trust,
      ProxyChoice proxies,
      InstantSource clock,
      FetchPace pace)
      throws IOException {
    this.access = access;
    this.certificate = certificate;
    this.proxies = proxies;
    this.clock = clock;
    try {
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(new KeyManager[] {certificate}, trust, null);
      this.sockets = new PacedSockets(tls.getSocketFactory(), pace);
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS cannot be set up: " + e.getMessage(), e);
    }
  }

  @Override
  public HttpConnection create(URL url) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) url.openConnection(proxies.of(url));
    if (connection instanceof HttpsURLConnection https) {
      https.setSSLSocketFactory(sockets);
    }
    return new RemoteHttpRequest(connection, access, certificate, clock);
  }

  @Override
  public HttpConnection create(URL url, @Nullable Proxy proxy) throws IOException {
    return create(url); // the host's own settings of Java are not looked at
  }
}

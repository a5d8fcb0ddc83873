package dev.pullcord.base.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Judges the other end of a connection by the first certificate that it shows, and never its name,
 * dates or chain. A subclass says what it takes; without that it takes nobody.
 */
public abstract class KeyTrust extends X509ExtendedTrustManager {
  /** Refuses the server that shows this certificate, unless a subclass takes it. */
  protected void server(X509Certificate shown) throws CertificateException {
    throw new CertificateException("this side connects to no server");
  }

  /** The same, with all that the server shows: its own certificate first. */
  protected void server(X509Certificate[] chain) throws CertificateException {
    server(chain[0]);
  }

  /** Refuses the client that shows this certificate, unless a subclass takes it. */
  protected void client(X509Certificate shown) throws CertificateException {
    throw new CertificateException("this side is no server");
  }

  @Override
  public final void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    server(chain);
  }

  @Override
  public final void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    server(chain);
  }

  @Override
  public final void checkServerTrusted(X509Certificate[] chain, String type)
      throws CertificateException {
    server(chain);
  }

  @Override
  public final void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    client(chain[0]);
  }

  @Override
  public final void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    client(chain[0]);
  }

  @Override
  public final void checkClientTrusted(X509Certificate[] chain, String type)
      throws CertificateException {
    client(chain[0]);
  }

  @Override
  public final X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}

package dev.pullcord.client;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts one key and nothing else. Names, dates and chains of the certificate are not judged: the
 * key is the server.
 */
final class PinnedTrust extends X509ExtendedTrustManager {
  private final Fingerprint expected;

  PinnedTrust(Fingerprint expected) {
    this.expected = expected;
  }

  private void check(X509Certificate[] chain) throws WrongKeyException {
    Fingerprint shown = Fingerprint.of(chain[0]);
    if (!shown.equals(expected)) {
      throw new WrongKeyException(expected, shown);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw notAServer();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw notAServer();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw notAServer();
  }

  private static CertificateException notAServer() {
    return new CertificateException("this side is no server");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }

  /** The server showed another key than the one that is trusted. */
  static final class WrongKeyException extends CertificateException {
    WrongKeyException(Fingerprint expected, Fingerprint shown) {
      super(
          "the server shows another key than the one you trust: expected "
              + expected
              + ", shown "
              + shown
              + "; if the server was made anew, run pullcord login again, else do not trust it");
    }
  }
}

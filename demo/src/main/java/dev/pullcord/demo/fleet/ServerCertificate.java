package dev.pullcord.demo.fleet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * The certificate that a fresh server shows, taken only when its key is the one whose fingerprint
 * {@code init} printed; from then on it is the one thing that is trusted.
 */
final class ServerCertificate {
  /** {@code openssl x509 -hash} of {@code CN=Pullcord server}, where git is built with OpenSSL. */
  private static final String HASH_OF_SUBJECT = "686e5425.0";

  private final X509Certificate certificate;

  private ServerCertificate(X509Certificate certificate) {
    this.certificate = certificate;
  }

  static ServerCertificate shownBy(String host, int port, String fingerprint) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new LooksLater()}, null);
      try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(host, port)) {
        socket.setSoTimeout(10_000);
        X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        String key = sha256(shown.getPublicKey().getEncoded());
        String expected =
            fingerprint.toLowerCase(Locale.ROOT).replace("sha256:", "").replace(":", "");
        if (!key.equals(expected)) {
          throw new IOException("the server shows key " + key + ", init printed " + fingerprint);
        }
        return new ServerCertificate(shown);
      }
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot look at the server's certificate", e);
    }
  }

  /** For git's {@code http.sslCAInfo}, and its directory for {@code http.sslCAPath}. */
  void write(Path file) throws IOException {
    try {
      String base64 =
          Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
              .encodeToString(certificate.getEncoded());
      String pem = "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n";
      Files.createDirectories(file.getParent());
      Files.writeString(file, pem);
      Files.writeString(file.resolveSibling(HASH_OF_SUBJECT), pem);
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot write the server's certificate", e);
    }
  }

  /** Trusts this certificate and no other. */
  X509TrustManager trust() {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry("server", certificate);
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return (X509TrustManager) factory.getTrustManagers()[0];
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("every Java can hold one certificate", e);
    }
  }

  private static String sha256(byte[] bytes) throws GeneralSecurityException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  /** Lets the handshake through; the key is compared before anything is sent. */
  private static final class LooksLater implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}

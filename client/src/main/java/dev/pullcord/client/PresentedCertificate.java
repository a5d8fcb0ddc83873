package dev.pullcord.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * What a server shows before it is trusted: looked at in a handshake of its own, over which nothing
 * is ever sent.
 *
 * @param chain the server's own certificate first
 * @param trustedBySystem whether the system's list of authorities vouches for it under that name
 */
public record PresentedCertificate(List<X509Certificate> chain, boolean trustedBySystem) {
  /**
   * {@code openssl x509 -hash} of {@code CN=Pullcord server}: the file that a git with OpenSSL
   * looks for in {@code http.sslCAPath}. The certificate that a server makes itself always has that
   * name.
   */
  public static final String HASHED_NAME = "686e5425.0";

  private static final int TIMEOUT_MILLIS = 10_000;

  /** Copies the chain. */
  public PresentedCertificate {
    chain = List.copyOf(chain);
  }

  /** Shakes hands with a server; an {@link IOException} when nobody does there. */
  public static PresentedCertificate of(ServerUrl address) throws IOException {
    Looking looking = new Looking();
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {looking}, null);
      handshake(context.getSocketFactory(), address, false);
      return new PresentedCertificate(looking.chain, systemTrusts(address));
    } catch (GeneralSecurityException e) {
      throw new IOException("this Java has no TLS", e);
    }
  }

  private static boolean systemTrusts(ServerUrl address)
      throws IOException, GeneralSecurityException {
    try {
      handshake(SSLContext.getDefault().getSocketFactory(), address, true);
      return true;
    } catch (SSLException e) {
      return false;
    }
  }

  private static void handshake(SSLSocketFactory factory, ServerUrl address, boolean checkName)
      throws IOException {
    try (Socket plain = new Socket()) {
      plain.setSoTimeout(TIMEOUT_MILLIS);
      plain.connect(new InetSocketAddress(address.host(), address.port()), TIMEOUT_MILLIS);
      try (SSLSocket socket =
          (SSLSocket) factory.createSocket(plain, address.host(), address.port(), true)) {
        if (checkName) {
          SSLParameters parameters = socket.getSSLParameters();
          parameters.setEndpointIdentificationAlgorithm("HTTPS");
          socket.setSSLParameters(parameters);
        }
        socket.startHandshake();
      }
    }
  }

  /** The key of the server's own certificate. */
  public Fingerprint fingerprint() {
    return Fingerprint.of(chain.getFirst());
  }

  /** All of the chain as PEM, which git reads as {@code http.sslCAInfo}. */
  public String pem() {
    StringBuilder pem = new StringBuilder();
    Base64.Encoder encoder = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    for (X509Certificate certificate : chain) {
      try {
        pem.append("-----BEGIN CERTIFICATE-----\n")
            .append(encoder.encodeToString(certificate.getEncoded()))
            .append("\n-----END CERTIFICATE-----\n");
      } catch (CertificateEncodingException e) {
        throw new IllegalStateException("a certificate that was read can be written", e);
      }
    }
    return pem.toString();
  }

  /** Agrees to every server, since nothing is sent to it, and keeps what it showed. */
  private static final class Looking extends X509ExtendedTrustManager {
    private List<X509Certificate> chain = List.of();

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String type, Socket socket) {
      chain = List.of(shown);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String type, SSLEngine engine) {
      chain = List.of(shown);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String type) {
      chain = List.of(shown);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}

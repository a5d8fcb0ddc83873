package dev.pullcord.client;

import dev.pullcord.base.tls.KeySuccession;
import dev.pullcord.base.tls.KeyTrust;
import dev.pullcord.base.tls.Pem;
import dev.pullcord.base.tls.TlsContexts;
import dev.pullcord.client.tls.Fingerprint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

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
    try {
      SSLSocketFactory sockets = TlsContexts.client(new Anybody()).getSocketFactory();
      List<X509Certificate> chain = handshake(sockets, address, false);
      return new PresentedCertificate(chain, systemTrusts(address));
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

  private static List<X509Certificate> handshake(
      SSLSocketFactory factory, ServerUrl address, boolean checkName) throws IOException {
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
        return Arrays.stream(socket.getSession().getPeerCertificates())
            .map(X509Certificate.class::cast)
            .toList();
      }
    }
  }

  /** The key of the server's own certificate. */
  public Fingerprint fingerprint() {
    return Fingerprint.of(chain.getFirst());
  }

  /** Whether the server has that key, or that key vouches for the one that it has. */
  public boolean isVouchedFor(Fingerprint key) {
    return KeySuccession.leads(key.hex(), chain);
  }

  /** The certificates as PEM, which git reads as {@code http.sslCAInfo}. */
  public String pem() {
    return chain.stream()
        .filter(c -> !KeySuccession.isVoucher(c))
        .map(Pem::of)
        .collect(Collectors.joining());
  }

  /** Takes every server, because nothing is sent to it. */
  private static final class Anybody extends KeyTrust {
    @Override
    protected void server(X509Certificate shown) {
      // The person at the terminal judges it.
    }
  }
}

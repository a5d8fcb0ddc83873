package dev.pullcord.server.http;

import dev.pullcord.server.security.tls.TlsKeys;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Asks one of the server's own ports something, as a client would, with a connection of its own:
 * whether it takes connections, finishes a handshake and answers. Any answer of HTTP will do.
 */
public final class PortProbe {
  private static final byte[] REQUEST =
      "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ANSWER = "HTTP/1.1 ".getBytes(StandardCharsets.US_ASCII);

  private final InetSocketAddress address;
  private final @Nullable SSLContext tls;

  PortProbe(InetSocketAddress address, @Nullable TlsKeys keys) throws IOException {
    this.address = address;
    this.tls = keys == null ? null : context(keys.certificate());
  }

  private static SSLContext context(X509Certificate own) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new OwnKey(own)}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot make a TLS client", e);
    }
  }

  /** Fails if there is no answer within that time. */
  public void run(Duration limit) throws IOException {
    int millis = Math.toIntExact(limit.toMillis());
    try (Socket plain = new Socket()) {
      plain.connect(address, millis);
      plain.setSoTimeout(millis);
      if (tls == null) {
        ask(plain);
        return;
      }
      try (Socket secure =
          tls.getSocketFactory()
              .createSocket(plain, address.getHostString(), address.getPort(), true)) {
        ((SSLSocket) secure).startHandshake();
        ask(secure);
      }
    }
  }

  private void ask(Socket socket) throws IOException {
    socket.getOutputStream().write(REQUEST);
    InputStream in = socket.getInputStream();
    byte[] head = in.readNBytes(ANSWER.length);
    if (!java.util.Arrays.equals(head, ANSWER)) {
      throw new IOException(address + " gave no answer");
    }
  }

  private record OwnKey(X509Certificate own) implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("this is a client");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      if (!chain[0].getPublicKey().equals(own.getPublicKey())) {
        throw new CertificateException("another server answers on our own port");
      }
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}

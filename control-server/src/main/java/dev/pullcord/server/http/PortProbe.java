package dev.pullcord.server.http;

import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.base.tls.PinnedTrust;
import dev.pullcord.base.tls.TlsContexts;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
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

  PortProbe(InetSocketAddress address, @Nullable CertifiedKey key) {
    this.address = address;
    this.tls = key == null ? null : TlsContexts.client(new PinnedTrust(key.pin()));
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
}

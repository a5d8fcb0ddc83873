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
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Asks one of the server's own ports something, as a client would, with a connection of its own:
 * whether it takes connections, finishes a handshake and answers. Any answer of HTTP will do. A
 * port that has no time for the handshake of this client, because it computes those of others, is
 * not stuck.
 */
public final class PortProbe {
  private static final byte[] REQUEST =
      "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final Duration SOON = Duration.ofSeconds(1);

  /** So many steps of others, and not only those that the probe made itself. */
  private static final int ENOUGH = 5;

  private static final byte[] ANSWER = "HTTP/1.1 ".getBytes(StandardCharsets.US_ASCII);

  private final InetSocketAddress address;
  private final @Nullable SSLContext tls;
  private final LongSupplier progress;

  /**
   * A client of that port.
   *
   * @param progress rises with each step of a handshake on that port
   */
  PortProbe(InetSocketAddress address, @Nullable CertifiedKey key, LongSupplier progress) {
    this.address = address;
    this.progress = progress;
    this.tls = key == null ? null : TlsContexts.client(new PinnedTrust(key.pin()));
  }

  /**
   * Fails if there is no connection within that time, and no handshake of others goes on either; or
   * if there is a connection and no answer.
   */
  public void run(Duration limit) throws IOException {
    long before = progress.getAsLong();
    try (Socket plain = new Socket()) {
      Socket connected;
      try {
        connected = connected(plain, Math.toIntExact(limit.toMillis()));
      } catch (IOException e) {
        if (doesMore(before, System.nanoTime() + SOON.toNanos())) {
          return;
        }
        throw e;
      }
      ask(connected);
    }
  }

  /** Of what was done before the question the last of it may come to light after it. */
  private boolean doesMore(long before, long deadline) throws IOException {
    try {
      while (progress.getAsLong() < before + ENOUGH) {
        if (System.nanoTime() - deadline > 0) {
          return false;
        }
        Thread.sleep(PAUSE);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private Socket connected(Socket plain, int millis) throws IOException {
    plain.setSoTimeout(millis);
    plain.connect(address, millis);
    if (tls == null) {
      return plain;
    }
    SSLSocket secure =
        (SSLSocket)
            tls.getSocketFactory()
                .createSocket(plain, address.getHostString(), address.getPort(), true);
    secure.startHandshake();
    return secure;
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

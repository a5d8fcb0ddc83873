package dev.pullcord.server.http;

import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.server.TestServer;
import dev.pullcord.server.security.Port;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A TLS connection on which a test writes what it likes. The server may answer and close before all
 * is written; that ends the writing and is no failure, and the answer is read all the same.
 */
public final class RawConnection implements AutoCloseable {
  private static final int READ_MILLIS = 40_000;
  private final Socket socket;

  /** To a port of that server, with a key or without. */
  public RawConnection(TestServer server, Port port, @Nullable CertifiedKey key)
      throws IOException {
    socket = TestServer.client(key).sslSocketFactory().createSocket("127.0.0.1", server.port(port));
    socket.setSoTimeout(READ_MILLIS);
    socket.setTcpNoDelay(true);
  }

  /** Writes; false when the server has closed. */
  public boolean write(String text) throws IOException {
    try {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return true;
    } catch (SocketException _) {
      return false;
    }
  }

  /** All that comes until the server closes; what comes before a reset counts. */
  public String rest() throws IOException {
    StringBuilder answer = new StringBuilder();
    byte[] bytes = new byte[8192];
    InputStream in = socket.getInputStream();
    try {
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        answer.append(new String(bytes, 0, n, StandardCharsets.ISO_8859_1));
      }
    } catch (SocketException _) {
      // Closed with something of ours unread: TCP says it with a reset.
    }
    return answer.toString();
  }

  /** The header of one answer. */
  public String head() throws IOException {
    StringBuilder head = new StringBuilder();
    InputStream in = socket.getInputStream();
    while (head.indexOf("\r\n\r\n") < 0) {
      int c = in.read();
      if (c < 0) {
        break;
      }
      head.append((char) c);
    }
    return head.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

package dev.pullcord.systemtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A network cable on loopback between a browser and the server, which a test can pull. */
final class Cable implements AutoCloseable {
  private final ServerSocket end;
  private final int server;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean pulled;

  Cable(int server) throws IOException {
    this.server = server;
    this.end = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("cable").start(this::accept);
  }

  String url() {
    return "https://127.0.0.1:" + end.getLocalPort();
  }

  /** Cuts every connection and lets no new one through. */
  void pull() {
    pulled = true;
    sockets.forEach(Cable::cut);
  }

  void plugIn() {
    pulled = false;
  }

  private void accept() {
    while (!end.isClosed()) {
      try {
        Socket near = end.accept();
        if (pulled) {
          cut(near);
          continue;
        }
        Socket far = new Socket(InetAddress.getLoopbackAddress(), server);
        sockets.add(near);
        sockets.add(far);
        Thread.ofVirtual().start(() -> carry(near, far));
        Thread.ofVirtual().start(() -> carry(far, near));
      } catch (IOException e) {
        if (!end.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void carry(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // One side has ended, so the other ends too.
      cut(from);
    }
    cut(to);
    sockets.remove(from);
  }

  private static void cut(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    end.close();
    pull();
  }
}

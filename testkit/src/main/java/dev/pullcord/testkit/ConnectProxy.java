package dev.pullcord.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A proxy that tunnels to loopback, and remembers where to. */
public final class ConnectProxy implements AutoCloseable {
  private final ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<String> asked = new CopyOnWriteArrayList<>();

  /** A proxy that listens when this returns. */
  public ConnectProxy() throws IOException {
    threads.execute(this::accept);
  }

  /** Where it listens. */
  public int port() {
    return socket.getLocalPort();
  }

  /** The first line of each request: {@code CONNECT HOST:PORT HTTP/1.1}. */
  public List<String> asked() {
    return asked;
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket from = socket.accept();
        threads.execute(() -> tunnel(from));
      } catch (IOException _) {
        return; // the test has ended
      }
    }
  }

  private void tunnel(Socket from) {
    try (from) {
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) from.getInputStream().read());
      }
      asked.add(head.substring(0, head.indexOf("\r\n")));
      String target = head.substring(head.indexOf(":") + 1, head.indexOf(" HTTP"));
      try (Socket to = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(target))) {
        from.getOutputStream()
            .write("HTTP/1.1 200 tunnel\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        threads.execute(() -> copy(from, to));
        copy(to, from);
      }
    } catch (IOException _) {
      // One of the two has gone.
    }
  }

  private static void copy(Socket from, Socket to) {
    try (InputStream in = from.getInputStream()) {
      in.transferTo(to.getOutputStream());
    } catch (IOException _) {
      // One of the two has gone.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    threads.shutdownNow();
  }
}

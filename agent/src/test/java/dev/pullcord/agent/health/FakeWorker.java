package dev.pullcord.agent.health;

import dev.pullcord.base.host.LastingThreads;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** A worker that listens on loopback, sends the bytes that it was told, and counts who came. */
final class FakeWorker implements AutoCloseable {
  /** What it does with a connection, once it has a request. */
  interface Answer {
    void to(OutputStream out, int number) throws IOException, InterruptedException;
  }

  private final ServerSocket socket;
  private final AtomicInteger asked = new AtomicInteger();

  FakeWorker(Answer answer) {
    try {
      socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    LastingThreads.brief("fake-worker", () -> serve(answer));
  }

  /** One that answers the same each time, and then closes. */
  static FakeWorker saying(String... lines) {
    byte[] bytes = String.join("\r\n", lines).getBytes(StandardCharsets.UTF_8);
    return new FakeWorker((out, number) -> out.write(bytes));
  }

  private void serve(Answer answer) {
    while (!socket.isClosed()) {
      try {
        Socket one = socket.accept();
        LastingThreads.brief("fake-worker-answer", () -> answer(one, answer));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void answer(Socket one, Answer answer) {
    try (one) {
      int number = asked.incrementAndGet();
      if (one.getInputStream().read() >= 0) {
        answer.to(one.getOutputStream(), number);
        one.getOutputStream().flush();
        one.shutdownOutput();
        one.getInputStream().transferTo(OutputStream.nullOutputStream());
      }
    } catch (IOException e) {
      return; // whoever asked has gone
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  int port() {
    return socket.getLocalPort();
  }

  String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  /** How many connections it had. */
  int asked() {
    return asked.get();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

package dev.pullcord.systemtests;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A way to a port of this machine that can be cut: then nothing comes through, and no connection
 * ends, as when a cable is pulled. When it is mended the connections of before are broken.
 */
final class CutRelay implements AutoCloseable {
  private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
  private final int target;
  private volatile boolean cut;

  CutRelay(int target) throws IOException {
    this.target = target;
    Thread.startVirtualThread(this::accept);
  }

  int port() {
    return socket.getLocalPort();
  }

  void cut() {
    cut = true;
  }

  void mend() throws IOException {
    for (Socket one = open.poll(); one != null; one = open.poll()) {
      one.close();
    }
    cut = false;
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket from = socket.accept();
        open.add(from);
        if (!cut) {
          join(from);
        }
      } catch (IOException _) {
        return; // it is closed
      }
    }
  }

  /** Where nobody listens there, nobody is reached. */
  private void join(Socket from) throws IOException {
    try {
      Socket to = new Socket(InetAddress.getLoopbackAddress(), target);
      open.add(to);
      Thread.startVirtualThread(() -> pump(from, to));
      Thread.startVirtualThread(() -> pump(to, from));
    } catch (IOException _) {
      from.close();
    }
  }

  private void pump(Socket from, Socket to) {
    byte[] buffer = new byte[8192];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (!cut) {
          out.write(buffer, 0, n);
          out.flush();
        }
      }
      while (cut) {
        LockSupport.parkNanos(1_000_000);
      }
    } catch (IOException _) {
      // One end is gone, and so is the other now.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    mend();
  }
}

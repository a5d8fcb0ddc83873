package dev.pullcord.server.alert.receiver;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one try to send a mail. Closing them ends the try, whatever its thread does: a
 * thread that always has something to read sees no interrupt.
 */
final class MailSockets implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MailSockets.class);

  private final List<Socket> open = new ArrayList<>();
  private boolean closed;

  /** Makes plain sockets that are not connected yet. */
  SocketFactory plain() {
    return new Plain();
  }

  /** Has that one speak TLS over a plain connection. */
  SSLSocketFactory over(SSLSocketFactory tls) {
    return new Layered(tls);
  }

  private synchronized Socket kept(Socket socket) throws IOException {
    open.add(socket);
    if (closed) {
      abort(socket);
      throw new SocketException("the try is over");
    }
    return socket;
  }

  @Override
  public synchronized void close() {
    closed = true;
    open.forEach(MailSockets::abort);
  }

  private static void abort(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("a connection to the mail server did not end as it should", e);
    }
  }

  /** The library asks for a socket that it connects itself, with a limit. */
  private final class Plain extends SocketFactory {
    @Override
    public Socket createSocket() throws IOException {
      return kept(new Socket());
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      throw unlimited();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort)
        throws IOException {
      throw unlimited();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      throw unlimited();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort)
        throws IOException {
      throw unlimited();
    }
  }

  /** The library asks for TLS over a connection that it has made. */
  private final class Layered extends SSLSocketFactory {
    private final SSLSocketFactory tls;

    Layered(SSLSocketFactory tls) {
      this.tls = tls;
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
        throws IOException {
      return tls.createSocket(kept(socket), host, port, autoClose);
    }

    @Override
    public String[] getDefaultCipherSuites() {
      return tls.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
      return tls.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      throw unlimited();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort)
        throws IOException {
      throw unlimited();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      throw unlimited();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort)
        throws IOException {
      throw unlimited();
    }
  }

  private static SocketException unlimited() {
    return new SocketException("a connection without a limit of time is not made");
  }
}

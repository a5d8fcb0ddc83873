package dev.pullcord.server.http.connection;

import dev.pullcord.server.security.ConnectionProof;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.EndPoint;
import org.jspecify.annotations.Nullable;

/** One connection of a port. Its fields are changed under the lock of {@link PortConnections}. */
public final class PeerConnection implements ConnectionProof {
  /** How far it has come. */
  enum Stage {
    /** No whole TLS record has come. */
    HELLO,
    /** In the handshake. */
    HANDSHAKE,
    /** The handshake is done, and no request has shown credentials that work. */
    REQUEST,
    /** It is known whose it is. */
    KNOWN
  }

  private final PortConnections port;
  final SocketChannel channel;
  final String network;
  long openedAt;

  /** Since when a step of its handshake waits for its turn; null while it does not. */
  @Nullable Long waiting;

  /** Whether the next move is ours: a step of its handshake waits, or is computed. */
  boolean ours;

  /** So long the other side may take for its move before somebody else gets its place. */
  long graceUntil;

  Stage stage;
  long since;
  int requests;
  boolean closing;

  /** Whether it has to be closed as soon as that can be done. */
  volatile boolean late;

  @Nullable String caller;
  private volatile @Nullable EndPoint endPoint;

  PeerConnection(
      PortConnections port, SocketChannel channel, String network, Stage stage, long now) {
    this.port = port;
    this.channel = channel;
    this.network = network;
    this.stage = stage;
    this.openedAt = now;
    this.since = now;
    this.graceUntil = now;
  }

  void endPoint(EndPoint opened) {
    endPoint = opened;
  }

  @Nullable EndPoint endPoint() {
    return endPoint;
  }

  /** Whether it may go so that another one comes: it can be closed, and lets us wait. */
  boolean canGo(long now) {
    return endPoint != null && !ours && now - graceUntil >= 0;
  }

  /** Whether the time for the step that it is in is over. */
  boolean late(ConnectionLimits limits, long now) {
    return switch (stage) {
      case HELLO -> now - openedAt > limits.hello().toNanos();
      case HANDSHAKE -> waiting == null && now - openedAt > limits.handshake().toNanos();
      case REQUEST -> now - since > (requests > 0 ? limits.request() : limits.header()).toNanos();
      case KNOWN -> requests == 0 && now - since > limits.idle().toNanos();
    };
  }

  /** The header of a request is whole. */
  public void begin() {
    port.begin(this);
  }

  /** The request is answered, or given up. */
  public void end() {
    port.end(this);
  }

  @Override
  public boolean shown(String who) {
    return port.shown(this, who);
  }

  @Override
  public String caller() {
    return port.callerOf(this);
  }

  @Override
  public boolean known() {
    synchronized (port) {
      return caller != null;
    }
  }
}

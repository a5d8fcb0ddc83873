package dev.pullcord.server.http.connection;

import dev.pullcord.server.security.limit.ClientNetwork;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.EndPoint;
import org.jspecify.annotations.Nullable;

/**
 * The open connections of one port. Those that have shown no credentials are bounded in all and for
 * each address ({@link Strangers}), so whoever only holds connections open drives away his own, and
 * who comes with credentials needs a place among strangers only for a moment. Each step has a time
 * for the whole of it, however often a byte comes; while the step is ours, the time stands still.
 *
 * <p>A port that is full takes newcomers too, the server's own probe among them. Where strangers do
 * not fill it, callers do, and the connection goes that has been idle for longest: its owner opens
 * another one when he has something to say. Where nobody is idle, some may come in and be answered
 * without credentials, and nobody more is let in with them.
 */
public final class PortConnections {
  /** So many more than the limit may be open while others are being closed. */
  private static final int CLOSING_MAX = 64;

  /** So many without credentials may come to a port where nobody is idle. */
  private static final int GUESTS_MAX = 16;

  private static final long GRACE_NANOS = Duration.ofSeconds(2).toNanos();

  private final ConnectionLimits limits;
  private final boolean tls;
  private final LongSupplier nanos;
  private final Map<SelectableChannel, PeerConnection> open = new HashMap<>();
  private final Callers callers = new Callers();
  private final Strangers strangers;
  private final DropLog drops;
  private Executor closer = Runnable::run;
  private int closing;
  private long progress;

  /**
   * No connection yet.
   *
   * @param name of the port, for the log
   * @param tls whether a connection begins with a TLS handshake
   */
  public PortConnections(String name, ConnectionLimits limits, boolean tls, LongSupplier nanos) {
    this.limits = limits;
    this.tls = tls;
    this.nanos = nanos;
    this.strangers = new Strangers(limits, tls);
    this.drops = new DropLog(name, limits, nanos.getAsLong());
  }

  /** Who closes connections from now on; closing can take a moment. */
  void closer(Executor executor) {
    closer = executor;
  }

  /** Enters a connection that was accepted; false when there is no room, and it is to be closed. */
  boolean admit(SocketChannel channel) throws IOException {
    String network =
        ClientNetwork.of(((InetSocketAddress) channel.getRemoteAddress()).getAddress());
    Optional<PeerConnection> surplus;
    boolean room;
    synchronized (this) {
      long now = nanos.getAsLong();
      boolean full = open.size() - closing >= limits.open();
      boolean crowded = open.size() >= limits.open() + CLOSING_MAX;
      surplus = crowded ? Optional.empty() : full ? oneOfAll(now) : strangers.surplusSilent(now);
      surplus.ifPresent(this::drop);
      room = !crowded && (!full || surplus.isPresent() || strangers.size() < GUESTS_MAX);
      if (room) {
        PeerConnection.Stage first =
            tls ? PeerConnection.Stage.HELLO : PeerConnection.Stage.REQUEST;
        PeerConnection peer = new PeerConnection(this, channel, network, first, now);
        open.put(channel, peer);
        strangers.add(peer);
      } else {
        drops.count(network);
      }
    }
    surplus.ifPresent(this::close);
    return room;
  }

  /** Whoever goes when all places are taken. */
  private Optional<PeerConnection> oneOfAll(long now) {
    return strangers.areMany()
        ? strangers.oldest(now).or(callers::longestIdle)
        : callers.longestIdle().or(() -> strangers.oldest(now));
  }

  void opened(SocketChannel channel, EndPoint endPoint) {
    PeerConnection peer = of(channel);
    if (peer != null) {
      peer.endPoint(endPoint);
      if (peer.late) {
        close(peer);
      }
    }
  }

  /** Its first TLS record is whole: from here on it costs memory. False when it goes instead. */
  boolean greeted(SelectableChannel channel) {
    Optional<PeerConnection> surplus = Optional.empty();
    boolean stays;
    synchronized (this) {
      PeerConnection peer = open.get(channel);
      if (peer != null && !peer.closing && peer.stage == PeerConnection.Stage.HELLO) {
        long now = nanos.getAsLong();
        strangers.remove(peer);
        surplus = strangers.surplus(peer, now);
        peer.stage = PeerConnection.Stage.HANDSHAKE;
        peer.since = now;
        peer.ours = true;
        strangers.add(peer);
        surplus.ifPresent(this::drop);
      }
      stays = peer != null && !peer.closing;
    }
    surplus.ifPresent(this::close);
    return stays;
  }

  /** A step of its handshake waits for its turn: that is not the other side's time. */
  synchronized void waitsForUs(SelectableChannel channel) {
    PeerConnection peer = open.get(channel);
    if (peer != null) {
      peer.ours = true;
      peer.waiting = nanos.getAsLong();
    }
  }

  /** The turn has come; false when it is not worth it any more. */
  synchronized boolean served(SelectableChannel channel) {
    PeerConnection peer = open.get(channel);
    if (peer == null || peer.closing) {
      return false;
    }
    if (peer.waiting != null) {
      peer.openedAt += nanos.getAsLong() - peer.waiting;
      peer.waiting = null;
    }
    return true;
  }

  /** The step is done; the other side is to answer. */
  synchronized void stepped(SelectableChannel channel) {
    itsMove(channel, PeerConnection.Stage.HANDSHAKE);
  }

  synchronized void secured(SelectableChannel channel) {
    itsMove(channel, PeerConnection.Stage.REQUEST);
  }

  private void itsMove(SelectableChannel channel, PeerConnection.Stage stage) {
    PeerConnection peer = open.get(channel);
    if (peer != null && peer.stage == PeerConnection.Stage.HANDSHAKE) {
      progress++;
      peer.ours = peer.waiting != null; // the next step may wait already
      peer.stage = stage;
      peer.since = nanos.getAsLong();
      peer.graceUntil = peer.since + GRACE_NANOS;
    }
  }

  private void drop(PeerConnection peer) {
    leave(peer);
    closes(peer);
    drops.count(peer.network);
  }

  private void closes(PeerConnection peer) {
    if (!peer.closing) {
      peer.closing = true;
      peer.late = peer.endPoint() == null;
      closing++;
      callers.busy(peer);
    }
  }

  /** The connection of a channel; null when it is not one of ours, or closed. */
  public synchronized @Nullable PeerConnection of(SelectableChannel channel) {
    return open.get(channel);
  }

  synchronized void begin(PeerConnection peer) {
    peer.requests++;
    callers.busy(peer);
    peer.since = nanos.getAsLong();
  }

  synchronized void end(PeerConnection peer) {
    peer.requests--;
    peer.since = nanos.getAsLong();
    if (open.containsKey(peer.channel)) {
      callers.idle(peer);
    }
  }

  synchronized String callerOf(PeerConnection peer) {
    return peer.caller == null ? peer.network : peer.caller;
  }

  /** False when the caller, or all of them, have as many as they may, with a request on each. */
  boolean shown(PeerConnection peer, String caller) {
    Optional<PeerConnection> surplus = Optional.empty();
    synchronized (this) {
      if (caller.equals(peer.caller) || !open.containsKey(peer.channel)) {
        return true;
      }
      boolean own = callers.size(caller) >= limits.perCaller();
      if (own || open.size() - closing > limits.open()) {
        surplus = own ? callers.idleOf(caller) : callers.longestIdle();
        if (surplus.isEmpty()) {
          drops.count(caller);
          return false;
        }
      }
      surplus.ifPresent(this::drop);
      leave(peer);
      callers.add(peer, caller);
    }
    surplus.ifPresent(this::close);
    return true;
  }

  private void leave(PeerConnection peer) {
    strangers.remove(peer);
    callers.remove(peer);
  }

  synchronized void closed(SelectableChannel channel) {
    PeerConnection peer = open.remove(channel);
    if (peer != null) {
      leave(peer);
      closing -= peer.closing ? 1 : 0;
    }
  }

  /** Closes those whose time is over; once a second. */
  void sweep() {
    long now = nanos.getAsLong();
    List<PeerConnection> late = new ArrayList<>();
    synchronized (this) {
      for (PeerConnection peer : List.copyOf(open.values())) {
        if (!peer.channel.isOpen()) {
          closed(peer.channel);
        } else if (!peer.closing && peer.late(limits, now)) {
          late.add(peer);
          closes(peer);
          if (peer.stage != PeerConnection.Stage.KNOWN) {
            drop(peer);
          }
        }
      }
    }
    late.forEach(this::close);
    drops.say(now);
  }

  private void close(PeerConnection peer) {
    EndPoint endPoint = peer.endPoint();
    if (endPoint != null) {
      closer.execute(endPoint::close);
    }
  }

  /** How many are open. */
  public synchronized int size() {
    return open.size();
  }

  /** How many of them have shown no credentials. */
  public synchronized int strangers() {
    return strangers.size();
  }

  /** Counts steps of handshakes: a port where it rises takes connections, and computes. */
  public synchronized long progress() {
    return progress;
  }

  /** How many were closed or refused since the start. */
  public long dropped() {
    return drops.all();
  }
}

package dev.pullcord.server.http.connection;

import dev.pullcord.server.http.connection.PeerConnection.Stage;
import dev.pullcord.server.security.limit.ClientNetwork;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.EndPoint;
import org.jspecify.annotations.Nullable;

/**
 * The open connections of one port. Strangers, those that have shown no credentials, are bounded in
 * all and for each address: where there are too many, the oldest one goes, of the address that has
 * the most, and the newcomer gets in. (One that only waits for us stays.) So whoever only holds
 * connections open drives away his own, and who comes with credentials needs a place among
 * strangers only for a moment. Each step has a time for the whole of it, however often a byte
 * comes.
 *
 * <p>A port that is full takes newcomers too, the server's own probe among them. Where strangers do
 * not fill it, callers do, and the connection goes that has been idle for longest: its owner opens
 * another one when he has something to say.
 */
public final class PortConnections {
  /** So many more than the limit may be open while others are being closed. */
  private static final int CLOSING_MAX = 64;

  private final ConnectionLimits limits;
  private final boolean tls;
  private final LongSupplier nanos;
  private final Map<SelectableChannel, PeerConnection> open = new HashMap<>();
  private final Map<String, LinkedHashSet<PeerConnection>> callers = new HashMap<>();
  private final Crowd silent = new Crowd();
  private final Crowd strangers = new Crowd();
  private final LinkedHashSet<PeerConnection> idle = new LinkedHashSet<>();
  private final DropLog drops;
  private Executor closer = Runnable::run;
  private int closing;

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
    Stage stage = tls ? Stage.HELLO : Stage.REQUEST;
    Optional<PeerConnection> surplus;
    boolean room;
    synchronized (this) {
      boolean full = open.size() - closing >= limits.open();
      boolean crowded = open.size() >= limits.open() + CLOSING_MAX;
      surplus = crowded ? Optional.empty() : full ? forOneMore() : surplusLight();
      surplus.ifPresent(this::drop);
      room = !crowded && (!full || surplus.isPresent());
      if (room) {
        PeerConnection peer = new PeerConnection(this, channel, network, stage, nanos.getAsLong());
        open.put(channel, peer);
        crowd(peer).add(peer);
      } else {
        drops.count(network);
      }
    }
    surplus.ifPresent(this::close);
    return room;
  }

  /** Whoever goes when all places are taken. */
  private Optional<PeerConnection> forOneMore() {
    Optional<PeerConnection> stranger = silent.oldest().or(strangers::oldest);
    var longestIdle = idle.stream().filter(p -> p.endPoint() != null).findFirst();
    boolean flood = strangers() > limits.strangers() / 2;
    return flood ? stranger.or(() -> longestIdle) : longestIdle.or(() -> stranger);
  }

  void opened(SocketChannel channel, EndPoint endPoint) {
    PeerConnection peer = of(channel);
    if (peer != null) {
      peer.endPoint(endPoint);
    }
  }

  /** Its first TLS record is whole: from here on it costs memory. */
  void greeted(SelectableChannel channel) {
    step(channel, Stage.HANDSHAKE);
  }

  /** A step of its handshake waits for its turn: that is not the other side's time. */
  synchronized void waitsForUs(SelectableChannel channel) {
    PeerConnection peer = open.get(channel);
    if (peer != null) {
      peer.waiting = nanos.getAsLong();
    }
  }

  /** The turn has come. */
  synchronized void served(SelectableChannel channel) {
    PeerConnection peer = open.get(channel);
    if (peer != null && peer.waiting != null) {
      peer.openedAt += nanos.getAsLong() - peer.waiting;
      peer.waiting = null;
    }
  }

  void secured(SelectableChannel channel) {
    step(channel, Stage.REQUEST);
  }

  private void step(SelectableChannel channel, Stage to) {
    Optional<PeerConnection> surplus = Optional.empty();
    synchronized (this) {
      PeerConnection peer = open.get(channel);
      if (peer != null && !peer.closing && peer.stage.compareTo(to) < 0) {
        boolean greets = peer.stage == Stage.HELLO;
        peer.stage = to;
        peer.since = nanos.getAsLong();
        if (greets) {
          silent.remove(peer);
          surplus = surplusStranger(peer);
          strangers.add(peer);
          surplus.ifPresent(this::drop);
        }
      }
    }
    surplus.ifPresent(this::close);
  }

  private Optional<PeerConnection> surplusLight() {
    boolean many = silent.size() >= limits.strangers() * ConnectionLimits.SILENT_FACTOR;
    return many ? silent.oldest() : Optional.empty();
  }

  /** Where all of them only wait for us, the newcomer goes: others have waited for longer. */
  private Optional<PeerConnection> surplusStranger(PeerConnection newcomer) {
    if (strangers.size(newcomer.network) >= limits.strangersPerAddress()) {
      return Optional.of(strangers.oldest(newcomer.network).orElse(newcomer));
    }
    boolean many = strangers.size() >= limits.strangers();
    return many ? Optional.of(strangers.oldest().orElse(newcomer)) : Optional.empty();
  }

  private void drop(PeerConnection peer) {
    leave(peer);
    closes(peer);
    drops.count(peer.network);
  }

  private void closes(PeerConnection peer) {
    if (!peer.closing) {
      peer.closing = true;
      closing++;
      idle.remove(peer);
    }
  }

  /** Whether one costs little: it has no TLS yet, or none at all. */
  private boolean light(Stage stage) {
    return stage == Stage.HELLO || !tls;
  }

  private Crowd crowd(PeerConnection peer) {
    return light(peer.stage) ? silent : strangers;
  }

  /** The connection of a channel; null when it is not one of ours, or closed. */
  public synchronized @Nullable PeerConnection of(SelectableChannel channel) {
    return open.get(channel);
  }

  synchronized void begin(PeerConnection peer) {
    peer.requests++;
    idle.remove(peer);
    peer.since = nanos.getAsLong();
  }

  synchronized void end(PeerConnection peer) {
    peer.requests--;
    peer.since = nanos.getAsLong();
    boolean here = !peer.closing && open.containsKey(peer.channel);
    if (here && peer.requests == 0 && peer.stage == Stage.KNOWN) {
      idle.add(peer);
    }
  }

  synchronized String callerOf(PeerConnection peer) {
    return peer.caller == null ? peer.network : peer.caller;
  }

  /** False when the caller has as many as he may, with a request on each. */
  boolean shown(PeerConnection peer, String caller) {
    Optional<PeerConnection> surplus = Optional.empty();
    synchronized (this) {
      if (caller.equals(peer.caller) || !open.containsKey(peer.channel)) {
        return true;
      }
      LinkedHashSet<PeerConnection> same =
          callers.computeIfAbsent(caller, _ -> new LinkedHashSet<>());
      if (same.size() >= limits.perCaller()) {
        surplus = same.stream().filter(p -> p.requests == 0).findFirst();
        drops.count(caller);
        if (surplus.isEmpty()) {
          return false;
        }
        same.remove(surplus.get());
        closes(surplus.get());
      }
      leave(peer);
      callers.computeIfAbsent(caller, _ -> new LinkedHashSet<>()).add(peer);
      peer.caller = caller;
      peer.stage = Stage.KNOWN;
    }
    surplus.ifPresent(this::close);
    return true;
  }

  private void leave(PeerConnection peer) {
    silent.remove(peer);
    strangers.remove(peer);
    idle.remove(peer);
    Set<PeerConnection> same = peer.caller == null ? null : callers.get(peer.caller);
    if (same != null && same.remove(peer) && same.isEmpty()) {
      callers.remove(peer.caller);
    }
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
          if (peer.stage != Stage.KNOWN) {
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
    return silent.size() + strangers.size();
  }

  /** How many were closed or refused since the start. */
  public long dropped() {
    return drops.all();
  }
}

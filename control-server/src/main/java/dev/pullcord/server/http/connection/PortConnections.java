package dev.pullcord.server.http.connection;

import dev.pullcord.server.http.connection.PeerConnection.Stage;
import dev.pullcord.server.security.limit.ClientNetwork;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.EndPoint;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open connections of one port. Strangers, those that have shown no credentials, are bounded in
 * all and for each address: where there are too many, the oldest one goes, of the address that has
 * the most, and the newcomer gets in. So whoever only holds connections open drives away his own,
 * and who comes with credentials needs a place among strangers only for a moment. Each step has a
 * time for the whole of it, however often a byte comes.
 */
public final class PortConnections {
  private static final Logger LOG = LoggerFactory.getLogger(PortConnections.class);
  private static final long SAID_EVERY_NANOS = Duration.ofMinutes(1).toNanos();

  private final String name;
  private final ConnectionLimits limits;
  private final boolean tls;
  private final LongSupplier nanos;
  private final Map<SelectableChannel, PeerConnection> open = new HashMap<>();
  private final Map<String, LinkedHashSet<PeerConnection>> callers = new HashMap<>();
  private final Crowd silent = new Crowd();
  private final Crowd strangers = new Crowd();
  private final AtomicLong dropped = new AtomicLong();
  private Executor closer = Runnable::run;
  private long saidAt;
  private long said;
  private @Nullable String lastDropped;

  /**
   * No connection yet.
   *
   * @param name of the port, for the log
   * @param tls whether a connection begins with a TLS handshake
   */
  public PortConnections(String name, ConnectionLimits limits, boolean tls, LongSupplier nanos) {
    this.name = name;
    this.limits = limits;
    this.tls = tls;
    this.nanos = nanos;
    this.saidAt = nanos.getAsLong() - SAID_EVERY_NANOS;
  }

  /** Who closes connections from now on; closing can take a moment. */
  void closer(Executor executor) {
    closer = executor;
  }

  /** Enters a connection that was accepted; false when there is no room, and it is to be closed. */
  boolean admit(SocketChannel channel) throws IOException {
    String network =
        ClientNetwork.of(((InetSocketAddress) channel.getRemoteAddress()).getAddress());
    PeerConnection surplus;
    boolean room;
    synchronized (this) {
      room = open.size() < limits.open();
      Stage stage = tls ? Stage.HELLO : Stage.REQUEST;
      if (room) {
        surplus = surplus(network, stage);
        PeerConnection peer = new PeerConnection(this, channel, network, stage, nanos.getAsLong());
        open.put(channel, peer);
        crowd(peer).add(peer);
      } else {
        count(network);
        surplus = silent.oldest().or(strangers::oldest).orElse(null);
        if (surplus != null) {
          drop(surplus);
        }
      }
    }
    close(surplus);
    return room;
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

  void secured(SelectableChannel channel) {
    step(channel, Stage.REQUEST);
  }

  private void step(SelectableChannel channel, Stage to) {
    PeerConnection surplus = null;
    synchronized (this) {
      PeerConnection peer = open.get(channel);
      if (peer != null && !peer.closing && peer.stage.compareTo(to) < 0) {
        if (peer.stage == Stage.HELLO) {
          silent.remove(peer);
          surplus = surplus(peer.network, to);
        }
        peer.stage = to;
        peer.since = nanos.getAsLong();
        strangers.add(peer);
      }
    }
    close(surplus);
  }

  /** Whoever has to go before one more from this network comes in; it is taken out. */
  private @Nullable PeerConnection surplus(String network, Stage stage) {
    Optional<PeerConnection> oldest = Optional.empty();
    if (light(stage)) {
      if (silent.size() >= limits.strangers() * ConnectionLimits.SILENT_FACTOR) {
        oldest = silent.oldest();
      }
    } else if (strangers.size(network) >= limits.strangersPerAddress()) {
      oldest = strangers.oldest(network);
    } else if (strangers.size() >= limits.strangers()) {
      oldest = strangers.oldest();
    }
    oldest.ifPresent(this::drop);
    return oldest.orElse(null);
  }

  private void drop(PeerConnection peer) {
    leave(peer);
    peer.closing = true;
    count(peer.network);
  }

  /** Whether one costs little: it has no TLS yet, or none at all. */
  private boolean light(Stage stage) {
    return stage == Stage.HELLO || !tls;
  }

  private Crowd crowd(PeerConnection peer) {
    return light(peer.stage) ? silent : strangers;
  }

  private void count(String network) {
    dropped.incrementAndGet();
    lastDropped = network;
  }

  /** The connection of a channel; null when it is not one of ours, or closed. */
  public synchronized @Nullable PeerConnection of(SelectableChannel channel) {
    return open.get(channel);
  }

  synchronized void begin(PeerConnection peer) {
    peer.requests++;
    peer.since = nanos.getAsLong();
  }

  synchronized void end(PeerConnection peer) {
    peer.requests--;
    peer.since = nanos.getAsLong();
  }

  synchronized String callerOf(PeerConnection peer) {
    return peer.caller == null ? peer.network : peer.caller;
  }

  /** False when the caller has as many as he may, with a request on each. */
  boolean shown(PeerConnection peer, String caller) {
    PeerConnection surplus = null;
    synchronized (this) {
      if (caller.equals(peer.caller) || !open.containsKey(peer.channel)) {
        return true;
      }
      LinkedHashSet<PeerConnection> same =
          callers.computeIfAbsent(caller, _ -> new LinkedHashSet<>());
      if (same.size() >= limits.perCaller()) {
        surplus = same.stream().filter(p -> p.requests == 0).findFirst().orElse(null);
        count(caller);
        if (surplus == null) {
          return false;
        }
        same.remove(surplus);
        surplus.closing = true;
      }
      leave(peer);
      callers.computeIfAbsent(caller, _ -> new LinkedHashSet<>()).add(peer);
      peer.caller = caller;
      peer.stage = Stage.KNOWN;
    }
    close(surplus);
    return true;
  }

  private void leave(PeerConnection peer) {
    silent.remove(peer);
    strangers.remove(peer);
    Set<PeerConnection> same = peer.caller == null ? null : callers.get(peer.caller);
    if (same != null && same.remove(peer) && same.isEmpty()) {
      callers.remove(peer.caller);
    }
  }

  synchronized void closed(SelectableChannel channel) {
    PeerConnection peer = open.remove(channel);
    if (peer != null) {
      leave(peer);
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
        } else if (!peer.closing && late(peer, now)) {
          late.add(peer);
          peer.closing = true;
          if (peer.stage != Stage.KNOWN) {
            drop(peer);
          }
        }
      }
    }
    late.forEach(this::close);
    say(now);
  }

  private boolean late(PeerConnection peer, long now) {
    return switch (peer.stage) {
      case HELLO -> now - peer.openedAt > limits.hello().toNanos();
      case HANDSHAKE -> now - peer.openedAt > limits.handshake().toNanos();
      case REQUEST ->
          now - peer.since > (peer.requests > 0 ? limits.request() : limits.header()).toNanos();
      case KNOWN -> peer.requests == 0 && now - peer.since > limits.idle().toNanos();
    };
  }

  private void say(long now) {
    long all = dropped.get();
    if (all == said || now - saidAt < SAID_EVERY_NANOS) {
      return;
    }
    LOG.warn(
        "{}: {} connections were closed that showed no credentials in time or were too many, the"
            + " last from {}; limits in server.yaml: strangers {}, strangers-per-address {},"
            + " connections {}",
        name,
        all - said,
        lastDropped,
        limits.strangers(),
        limits.strangersPerAddress(),
        limits.open());
    saidAt = now;
    said = all;
  }

  private void close(@Nullable PeerConnection peer) {
    EndPoint endPoint = peer == null ? null : peer.endPoint();
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
    return dropped.get();
  }
}

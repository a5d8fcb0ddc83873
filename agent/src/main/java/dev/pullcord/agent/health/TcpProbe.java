package dev.pullcord.agent.health;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.PollPause;
import dev.pullcord.base.host.Signal;
import dev.pullcord.protocol.manifest.HealthCheck;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Connects: a connection that is accepted is well. Nothing is sent. */
final class TcpProbe implements HealthProbe {
  private static final Duration LOOK_MAX = Duration.ofMillis(20);

  private final HostClock clock;
  private final HealthCheck.Tcp check;
  private final Sockets sockets;
  private final Signal never = new Signal();

  TcpProbe(HostClock clock, HealthCheck.Tcp check) {
    this(clock, check, SocketChannel::open);
  }

  /** With other sockets than those of this host. */
  TcpProbe(HostClock clock, HealthCheck.Tcp check, Sockets sockets) {
    this.clock = clock;
    this.check = check;
    this.sockets = sockets;
  }

  /** Makes a socket; on a host without IPv6 one that connects to addresses of IPv4 alone. */
  interface Sockets {
    SocketChannel open() throws IOException;
  }

  @Override
  public Attempt once(Duration atMost, BooleanSupplier pointless) {
    long limit = Math.min(atMost.toNanos(), check.timeout().toNanos());
    long end = clock.nanos() + limit;
    String asked = "connecting to " + check.host() + ":" + check.port() + ": ";
    List<String> hosts =
        check.host().equals("localhost") ? List.of("127.0.0.1", "::1") : List.of(check.host());
    Attempt last = failed(asked + "this host has no such address");
    for (String host : hosts) {
      InetSocketAddress where = new InetSocketAddress(host, check.port());
      last = connect(where, asked, end, pointless).orElse(last);
      if (!(last instanceof Attempt.Failed)) {
        return last;
      }
    }
    return last;
  }

  /** Empty where the host has no address of that kind. */
  private Optional<Attempt> connect(
      InetSocketAddress where, String asked, long end, BooleanSupplier pointless) {
    PollPause pause = new PollPause(LOOK_MAX);
    try (SocketChannel channel = sockets.open()) {
      channel.configureBlocking(false);
      boolean connected = channel.connect(where);
      while (!connected && !channel.finishConnect()) {
        if (pointless.getAsBoolean()) {
          return Optional.of(new Attempt.CutShort(""));
        }
        if (clock.nanos() - end >= 0) {
          return Optional.of(failed(asked + "not accepted in time"));
        }
        clock.await(never, never.count(), pause.next());
      }
      return Optional.of(new Attempt.Passed(asked + "accepted"));
    } catch (UnsupportedAddressTypeException | UnresolvedAddressException e) {
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(failed(asked + e.getMessage()));
    }
  }

  private static Attempt failed(String how) {
    return new Attempt.Failed(how, null, how);
  }
}

package dev.pullcord.agent.health;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.PollPause;
import dev.pullcord.base.host.Signal;
import dev.pullcord.protocol.manifest.HealthCheck;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Connects: a connection that is accepted is well. Nothing is sent. */
final class TcpProbe implements HealthProbe {
  private static final Duration LOOK_MAX = Duration.ofMillis(20);

  private final HostClock clock;
  private final HealthCheck.Tcp check;
  private final Signal never = new Signal();

  TcpProbe(HostClock clock, HealthCheck.Tcp check) {
    this.clock = clock;
    this.check = check;
  }

  @Override
  public Attempt once(Duration atMost, BooleanSupplier pointless) {
    long limit = Math.min(atMost.toNanos(), check.timeout().toNanos());
    long end = clock.nanos() + limit;
    String asked = "connecting to " + check.host() + ":" + check.port() + ": ";
    List<String> hosts =
        check.host().equals("localhost") ? List.of("127.0.0.1", "::1") : List.of(check.host());
    Attempt last = failed(asked + "nothing listens there");
    for (String host : hosts) {
      last = connect(new InetSocketAddress(host, check.port()), asked, end, pointless);
      if (!(last instanceof Attempt.Failed)) {
        return last;
      }
    }
    return last;
  }

  private Attempt connect(
      InetSocketAddress where, String asked, long end, BooleanSupplier pointless) {
    PollPause pause = new PollPause(LOOK_MAX);
    try (SocketChannel channel = SocketChannel.open()) {
      channel.configureBlocking(false);
      boolean connected = channel.connect(where);
      while (!connected && !channel.finishConnect()) {
        if (pointless.getAsBoolean()) {
          return new Attempt.CutShort("");
        }
        if (clock.nanos() - end >= 0) {
          return failed(asked + "not accepted in time");
        }
        clock.await(never, never.count(), pause.next());
      }
      return new Attempt.Passed(asked + "accepted");
    } catch (IOException e) {
      return failed(asked + e.getMessage());
    }
  }

  private static Attempt failed(String how) {
    return new Attempt.Failed(how, null, how);
  }
}

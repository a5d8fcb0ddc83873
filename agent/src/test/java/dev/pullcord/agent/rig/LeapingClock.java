package dev.pullcord.agent.rig;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.base.host.Signal;
import java.time.Duration;
import java.time.Instant;

/** The real clocks, which a test can move forward. */
public final class LeapingClock implements HostClock {
  private final HostClock real = HostClock.system();
  private volatile Duration ahead = Duration.ZERO;

  public void forward(Duration by) {
    ahead = ahead.plus(by);
  }

  @Override
  public Instant now() {
    return real.now().plus(ahead);
  }

  @Override
  public long nanos() {
    return real.nanos() + ahead.toNanos();
  }

  @Override
  public boolean await(Signal signal, long seen, Duration atMost) {
    return real.await(signal, seen, atMost);
  }
}

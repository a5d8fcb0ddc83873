package dev.pullcord.agent.rig;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.base.host.Signal;
import java.time.Duration;
import java.time.Instant;

/**
 * The real clocks, but a wait takes next to no time whatever was asked for. So a long limit is soon
 * over for whoever waits, and leaves a program that is at work all the time that a busy machine
 * makes it need.
 */
public final class HoppingClock implements HostClock {
  private static final Duration WAIT = Duration.ofNanos(200_000);

  private final LeapingClock clock = new LeapingClock();

  @Override
  public Instant now() {
    return clock.now();
  }

  @Override
  public long nanos() {
    return clock.nanos();
  }

  @Override
  public boolean await(Signal signal, long seen, Duration atMost) {
    boolean hops = atMost.compareTo(WAIT) > 0;
    boolean raised = clock.await(signal, seen, hops ? WAIT : atMost);
    if (hops && !raised) {
      clock.forward(atMost.minus(WAIT));
    }
    return raised;
  }
}

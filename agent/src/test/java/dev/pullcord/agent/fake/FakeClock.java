package dev.pullcord.agent.fake;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.base.host.Signal;
import dev.pullcord.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;

/** A manual clock as the agent wants it; whoever waits on it waits in real time. */
public final class FakeClock implements HostClock {
  private final ManualClock manual = ManualClock.atNewYear();

  /** To move it. */
  public ManualClock manual() {
    return manual;
  }

  @Override
  public Instant now() {
    return manual.instant();
  }

  @Override
  public long nanos() {
    return manual.nanos();
  }

  @Override
  public boolean await(Signal signal, long seen, Duration atMost) {
    return HostClock.system().await(signal, seen, atMost);
  }
}

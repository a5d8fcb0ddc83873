package dev.pullcord.agent.host;

import dev.pullcord.base.host.Signal;
import java.time.Duration;
import java.time.Instant;

/** The clocks of this machine. */
enum SystemClock implements HostClock {
  INSTANCE;

  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public boolean await(Signal signal, long seen, Duration atMost) {
    return signal.await(seen, atMost);
  }
}

package dev.pullcord.agent.host;

import dev.pullcord.base.host.Signal;
import java.time.Duration;
import java.time.Instant;

/**
 * The host's two clocks and the one way to wait. Durations are measured on the monotonic clock
 * alone, so that a jump of the wall clock neither silences the agent nor makes it spin.
 */
public interface HostClock {
  /** The wall clock, for what people read. */
  Instant now();

  /** The monotonic clock in nanoseconds; only differences mean something. */
  long nanos();

  /**
   * Waits until the signal was raised beyond {@code seen} or the time is over, whichever is first.
   *
   * @return whether the signal was raised
   */
  boolean await(Signal signal, long seen, Duration atMost);

  /** The real one. */
  static HostClock system() {
    return SystemClock.INSTANCE;
  }
}

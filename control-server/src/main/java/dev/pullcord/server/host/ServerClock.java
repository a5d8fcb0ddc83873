package dev.pullcord.server.host;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The server's clock, in whole milliseconds: what is kept in memory then equals what is read back
 * from the store.
 */
public final class ServerClock {
  private static final Duration MILLISECOND = Duration.ofMillis(1);

  private ServerClock() {}

  /** The host's wall clock. */
  public static InstantSource system() {
    return Clock.tick(Clock.systemUTC(), MILLISECOND);
  }

  /** The host's wall clock, now. */
  public static Instant now() {
    return system().instant();
  }
}

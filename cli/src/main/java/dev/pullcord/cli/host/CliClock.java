package dev.pullcord.cli.host;

import java.time.Instant;
import java.time.ZoneId;

/** The two clocks: one to show, one to measure with. */
public interface CliClock {
  /** The wall clock, for ages and expiries that are shown. */
  Instant now();

  /** Nanoseconds that only go forward, for time limits. */
  long nanoTime();

  /** In which zone the operator reads and writes times. */
  default ZoneId zone() {
    return ZoneId.systemDefault();
  }

  /** The machine's own. */
  static CliClock system() {
    return new CliClock() {
      @Override
      public Instant now() {
        return Instant.now();
      }

      @Override
      public long nanoTime() {
        return System.nanoTime();
      }
    };
  }
}

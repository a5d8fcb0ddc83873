package dev.pullcord.base.host;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says how often systemd wants to hear that a daemon is alive. */
public final class Watchdog {
  /** Where systemd writes the time of {@code WatchdogSec=}, in microseconds. */
  public static final String VARIABLE = "WATCHDOG_USEC";

  private static final int A_TIME = 3;
  private static final long NANOS_OF_MICRO = 1000;

  private Watchdog() {}

  /**
   * How often to tell it: three times in its time, so that one that comes late does no harm.
   *
   * @param variable what systemd wrote; null where there is no watchdog
   * @param max as often as that in any case
   * @return empty where nobody waits for it
   */
  public static Optional<Duration> interval(@Nullable String variable, Duration max) {
    if (variable == null || !variable.matches("[1-9][0-9]{0,14}")) {
      return Optional.empty();
    }
    Duration often = Duration.ofNanos(Long.parseLong(variable) * NANOS_OF_MICRO / A_TIME);
    return Optional.of(often.compareTo(max) < 0 ? often : max);
  }
}

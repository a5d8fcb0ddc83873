package dev.pullcord.agent.pass;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.worker.FlapGuard;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When to try again after a fault of the environment: 1, 2, 4 … 60 s for the same subject, which is
 * the commit that was tried. Another subject starts anew.
 */
final class FaultBackoff {
  /** From so many tries on, their number is said. */
  private static final int SERIES = 3;

  private final HostClock clock;
  private @Nullable Object subject;
  private String reason = "";
  private int inARow;
  private long dueAt;
  private Instant retryAt = Instant.EPOCH;

  FaultBackoff(HostClock clock) {
    this.clock = clock;
  }

  /** Another fault; returns how long until the next try. */
  Duration fault(Object now, String why) {
    inARow = Objects.equals(subject, now) ? inARow + 1 : 1;
    subject = now;
    Duration delay = FlapGuard.delay(inARow);
    String tries = inARow < SERIES ? "" : "try " + inARow + ", ";
    reason = why + " (" + tries + "again in " + delay.toSeconds() + " s)";
    dueAt = clock.nanos() + delay.toNanos();
    retryAt = clock.now().plus(delay);
    return delay;
  }

  /** Whether the last fault was of that subject. */
  boolean isAbout(Object now) {
    return Objects.equals(subject, now);
  }

  void forget() {
    subject = null;
    inARow = 0;
  }

  /** How long until the subject may be tried again; zero or less when it may. */
  Duration dueIn(Object now) {
    return Objects.equals(subject, now) ? Duration.ofNanos(dueAt - clock.nanos()) : Duration.ZERO;
  }

  /** When the next try is, as it was known when the fault was found. */
  Instant retryAt() {
    return retryAt;
  }

  /** Why, and how long it was until the next try when that was found. */
  String reason() {
    return reason;
  }
}

package dev.pullcord.agent.worker;

import dev.pullcord.agent.host.HostClock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before a worker that died is started again: 1, 2, 4 … 60 s, from the beginning
 * again once it has lived for a minute. In memory: an agent that was restarted tries at once.
 */
public final class FlapGuard {
  private static final Duration MAX = Duration.ofSeconds(60);
  private static final int LADDER_TOP = 6;

  private final HostClock clock;
  private final Map<String, Deaths> deaths = new HashMap<>();

  private record Deaths(int inARow, String reason, long dueAtNanos, Instant retryAt) {}

  /** With that monotonic clock. */
  public FlapGuard(HostClock clock) {
    this.clock = clock;
  }

  /** 1, 2, 4 … 60 s for the first, second, … fault in a row. */
  public static Duration delay(int inARow) {
    return inARow > LADDER_TOP ? MAX : Duration.ofSeconds(1L << (inARow - 1));
  }

  /**
   * A worker died, or did not become well again.
   *
   * @param reason one line
   */
  public void died(String worker, String reason) {
    Deaths before = deaths.get(worker);
    long now = clock.nanos();
    int inARow =
        before != null && now - before.dueAtNanos < MAX.toNanos()
            ? Math.min(before.inARow + 1, LADDER_TOP + 1)
            : 1;
    String text = reason + ", again in " + delay(inARow).toSeconds() + " s";
    Instant retryAt = clock.now().plus(delay(inARow));
    deaths.put(worker, new Deaths(inARow, text, now + delay(inARow).toNanos(), retryAt));
  }

  /** A new release has taken over, or an operator wants it now: what was is forgotten. */
  public void forget() {
    deaths.clear();
  }

  /** How long until it may be started; zero or less when it may. */
  public Duration dueIn(String worker) {
    Deaths last = deaths.get(worker);
    return last == null ? Duration.ZERO : Duration.ofNanos(last.dueAtNanos - clock.nanos());
  }

  /** When it is started again, as it was known when it died; null when it did not. */
  public @Nullable Instant retryAt(String worker) {
    Deaths last = deaths.get(worker);
    return last == null ? null : last.retryAt;
  }

  /** Why it died last, and how long it was until the next start when that was found. */
  public String reason(String worker) {
    Deaths last = deaths.get(worker);
    return last == null ? "worker " + worker + " is not running" : last.reason;
  }
}

package dev.pullcord.agent.http;

import dev.pullcord.agent.host.HostClock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Remembers how long the server has asked to be left alone, by {@code Retry-After}: at most ten
 * minutes, whatever it says. The next answer that is no refusal ends it.
 */
public final class RetryAfter {
  private final HostClock clock;
  private volatile @Nullable Long until;

  RetryAfter(HostClock clock) {
    this.clock = clock;
  }

  void heard(Answer<?> answer) {
    if (answer instanceof Answer.Refused<?> no && no.retryAfter() != null) {
      until = clock.nanos() + no.retryAfter().toNanos();
    } else if (answer instanceof Answer.Value<?>) {
      until = null;
    }
  }

  /** What is left of it; zero when it may be asked. */
  public Duration left() {
    Long end = until;
    long nanos = end == null ? 0 : end - clock.nanos();
    return nanos <= 0 ? Duration.ZERO : Duration.ofNanos(nanos);
  }
}

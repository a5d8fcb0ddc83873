package dev.pullcord.agent.host;

import java.time.Duration;

/**
 * Says how long to wait between two looks at something that is about to happen: 1 ms, then twice as
 * long each time, up to a limit. What starts at once is seen at once, and what takes long costs
 * little. Not for use by several threads.
 */
public final class PollPause {
  private static final Duration FIRST = Duration.ofMillis(1);

  private final Duration longest;
  private Duration next;

  /** Up to that long. */
  public PollPause(Duration longest) {
    this.longest = longest;
    this.next = shorter(FIRST, longest);
  }

  /** The pause before the next look. */
  public Duration next() {
    Duration pause = next;
    next = shorter(pause.multipliedBy(2), longest);
    return pause;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}

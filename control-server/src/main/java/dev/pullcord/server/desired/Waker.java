package dev.pullcord.server.desired;

import java.util.Collection;

/** Tells agents at once that their decision is another; {@code channel.AgentStreams} does. */
@FunctionalInterface
public interface Waker {
  /** Wakes these nodes, by id. A wake-up that is lost costs latency only. */
  void wake(Collection<Long> nodes);
}

package dev.pullcord.server.channel;

import dev.pullcord.server.desired.Waker;
import java.util.Collection;

/** Tells nodes at once that their decision is another, over the streams that are open. */
public final class Wakeups implements Waker {
  private final AgentStreams streams;

  /** Wake-ups over those streams. */
  public Wakeups(AgentStreams streams) {
    this.streams = streams;
  }

  @Override
  public void wake(Collection<Long> nodes) {
    nodes.forEach(streams::changed);
  }
}

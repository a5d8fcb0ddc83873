package dev.pullcord.agent.retention;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The releases that commands run in which no pass waits for. Whoever takes a hold and then finds
 * the release still active can rely on it: a release goes only after another has become active, and
 * who lets it go asks here first.
 */
public final class ReleaseHolds {
  private final Map<String, Integer> held = new HashMap<>();

  /** It stays until it is {@link #letGo}. */
  public synchronized void hold(String release) {
    held.merge(release, 1, Integer::sum);
  }

  /** It may go, unless somebody else holds it. */
  public synchronized void letGo(String release) {
    held.computeIfPresent(release, (_, count) -> count == 1 ? null : count - 1);
  }

  /** Those that are to stay. */
  synchronized Set<String> names() {
    return Set.copyOf(held.keySet());
  }
}

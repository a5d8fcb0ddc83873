package dev.pullcord.server.dashboard.action;

import dev.pullcord.server.dashboard.session.BrowserSessions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Which run each preview has started. A preview starts one: whoever clicks twice, or sends it again
 * because no answer came, is led to that one. The newest are remembered, in memory alone: what the
 * server before a restart made is known by its name, and starts nothing.
 */
final class StartedPreviews {
  private static final int KEPT = 1000;

  private final String process = BrowserSessions.random();
  private final Map<String, Long> runs = new LinkedHashMap<>();

  /** A name for a new preview. */
  String name() {
    return process + BrowserSessions.random();
  }

  /** Whether this process made it, and so knows what it has started. */
  boolean isOurs(String preview) {
    return preview.startsWith(process);
  }

  /** The run that it has started. */
  synchronized Optional<Long> find(String preview) {
    return Optional.ofNullable(runs.get(preview));
  }

  /**
   * The run of a preview.
   *
   * @param preview one of ours
   * @param start starts it; who sends the same meanwhile waits for that
   */
  synchronized long run(String preview, LongSupplier start) {
    Long known = runs.get(preview);
    if (known != null) {
      return known;
    }
    long run = start.getAsLong();
    runs.put(preview, run);
    if (runs.size() > KEPT) {
      runs.remove(runs.keySet().iterator().next());
    }
    return run;
  }
}

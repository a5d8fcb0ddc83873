package dev.pullcord.protocol.desired;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The orders of operators about a node's workers, as they stand: no events, so that a node that was
 * away gets it later, and getting it twice does nothing.
 *
 * @param count how many orders there were; a node says which one it has taken up
 * @param stopped workers that are not to run, by name
 * @param restarts the number of the order that last asked to restart it, by worker
 * @param kills generations that are to be killed, by number
 */
public record Orders(
    long count, Map<String, Stop> stopped, Map<String, Long> restarts, Map<Long, Kill> kills) {
  /** Nothing was ever asked. */
  public static final Orders NONE = new Orders(0, Map.of(), Map.of(), Map.of());

  /** Copies, in order of name. */
  public Orders {
    stopped = stopped == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(stopped));
    kills = kills == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(kills));
    restarts = restarts == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(restarts));
  }

  /**
   * A generation is to be killed.
   *
   * @param by who wants it
   * @param reason why
   * @param since when
   */
  public record Kill(String by, String reason, Instant since) {}

  /**
   * A worker is not to run until it is started again.
   *
   * @param by who stopped it
   * @param reason why; empty when nothing was said
   * @param since when
   */
  public record Stop(String by, String reason, Instant since) {
    /** {@code stopped by ann: looking at the disk}. */
    public String text() {
      return "stopped by " + by + (reason.isEmpty() ? "" : ": " + reason);
    }
  }
}

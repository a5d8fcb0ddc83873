package dev.pullcord.protocol.action;

import dev.pullcord.protocol.id.CommitId;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A node's part in a run of an action, which it has not answered to its end. The server names it;
 * what it is comes from the manifest of the commit that the node has.
 *
 * @param key tells this order from every other that there ever was, of any run; a node runs it at
 *     most once
 * @param action the action's name
 * @param commit whose manifest the operator saw; a node that runs another refuses
 * @param parameters the values that were given, by name
 * @param startWithinMillis the node does not begin later than that after it has heard this; at most
 *     30 days
 * @param cancelledBy who has cancelled it: the node does not begin it, and kills what it has begun;
 *     null while nobody has
 */
public record ActionOrder(
    String key,
    String action,
    CommitId commit,
    Map<String, String> parameters,
    long startWithinMillis,
    @Nullable String cancelledBy) {
  private static final long START_WITHIN_MILLIS_MAX = Duration.ofDays(30).toMillis();

  /** Copies, and bounds the time. */
  public ActionOrder {
    startWithinMillis = Math.clamp(startWithinMillis, 0, START_WITHIN_MILLIS_MAX);
    parameters =
        parameters == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(parameters));
  }
}

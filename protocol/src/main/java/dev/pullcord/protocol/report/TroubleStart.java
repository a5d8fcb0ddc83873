package dev.pullcord.protocol.report;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Knows since when a node has failed. What is tried again and fails again has failed since the
 * first time: the moments in between, in which it was applying, do not end the trouble. A state
 * that is well, or another target, does.
 */
public final class TroubleStart {
  private @Nullable Object target;
  private @Nullable Instant since;

  /**
   * The node comes into a state, or stays in it.
   *
   * @param of what it is to run, and how often somebody asked to try that again
   * @param from when it came into the state, as far as only that is looked at
   * @return since when it has been so
   */
  public Instant state(NodeState state, Object of, Instant from) {
    if (!Objects.equals(target, of)) {
      target = of;
      since = null;
    }
    return switch (state) {
      case FAILED -> {
        Instant first = since;
        since = first == null || from.isBefore(first) ? from : first;
        yield since;
      }
      case CONVERGED, ROLLED_BACK, HELD -> {
        since = null;
        yield from;
      }
      case APPLYING, WAITING, OFFLINE, NEVER_SEEN -> from;
    };
  }
}

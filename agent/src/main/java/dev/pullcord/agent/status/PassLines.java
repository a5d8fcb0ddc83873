package dev.pullcord.agent.status;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.unit.Durations;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a line into the agent's own log for each pass that did something, came to another state,
 * or failed anew. A failure that lasts is said again after 1, 2, 4 … minutes, and then every hour,
 * with since when and how often; a pass that found all as it should be is silent.
 */
public final class PassLines {
  private static final Logger LOG = LoggerFactory.getLogger("dev.pullcord.agent.ConvergePass");
  private static final Duration FIRST = Duration.ofMinutes(1);
  private static final Duration LAST = Duration.ofHours(1);

  /** What differs from one try to the next: the time until it, durations, pids, generations. */
  private static final Pattern COUNTS = Pattern.compile("[0-9]+");

  private final HostClock clock;
  private @Nullable String said;
  private long since;
  private long sayAt;
  private Duration next = FIRST;
  private int passes;

  /** With those clocks. */
  public PassLines(HostClock clock) {
    this.clock = clock;
    this.since = clock.nanos();
    this.sayAt = since;
  }

  /**
   * A pass has ended.
   *
   * @param state of the node after it
   * @param reason of that state
   * @param woken by what
   * @param applied whether it did anything
   * @param began on the monotonic clock
   */
  public void ended(NodeState state, String reason, String woken, boolean applied, long began) {
    long now = clock.nanos();
    String what = state + COUNTS.matcher(reason).replaceAll("#");
    if (!Objects.equals(what, said)) {
      said = what;
      since = began;
      passes = 1;
      next = FIRST;
      sayAt = now + next.toNanos();
      say(state, reason, woken + ", took " + Durations.human(Duration.ofNanos(now - began)));
      return;
    }
    passes++;
    if (isWell(state)) {
      if (applied) {
        say(state, reason, woken + ", took " + Durations.human(Duration.ofNanos(now - began)));
      }
    } else if (now - sayAt >= 0) {
      next = next.multipliedBy(2).compareTo(LAST) < 0 ? next.multipliedBy(2) : LAST;
      sayAt = now + next.toNanos();
      String lasts = Durations.human(Duration.ofNanos(now - since));
      say(state, reason, "still, for " + lasts + ", pass " + passes);
    }
  }

  private static boolean isWell(NodeState state) {
    return switch (state) {
      case CONVERGED, HELD, WAITING -> true;
      case FAILED, ROLLED_BACK, APPLYING, OFFLINE, NEVER_SEEN -> false;
    };
  }

  private static void say(NodeState state, String reason, String how) {
    String line = state.wireName() + ": " + reason + " (" + how + ")";
    if (isWell(state) || state == NodeState.APPLYING) {
      LOG.info("{}", line);
    } else {
      LOG.warn("{}", line);
    }
  }
}

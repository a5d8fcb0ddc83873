package dev.pullcord.agent.pass;

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
final class PassLines {
  private static final Logger LOG = LoggerFactory.getLogger(ConvergePass.class);
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

  PassLines(HostClock clock) {
    this.clock = clock;
    this.since = clock.nanos();
    this.sayAt = since;
  }

  /**
   * A pass has ended.
   *
   * @param woken by what
   * @param applied whether it did anything
   * @param began on the monotonic clock
   */
  void ended(PassResult result, String woken, boolean applied, long began) {
    long now = clock.nanos();
    String what = result.state() + COUNTS.matcher(result.reason()).replaceAll("#");
    if (!Objects.equals(what, said)) {
      said = what;
      since = began;
      passes = 1;
      next = FIRST;
      sayAt = now + next.toNanos();
      say(result, woken + ", took " + Durations.human(Duration.ofNanos(now - began)));
      return;
    }
    passes++;
    if (isWell(result.state())) {
      if (applied) {
        say(result, woken + ", took " + Durations.human(Duration.ofNanos(now - began)));
      }
    } else if (now - sayAt >= 0) {
      next = next.multipliedBy(2).compareTo(LAST) < 0 ? next.multipliedBy(2) : LAST;
      sayAt = now + next.toNanos();
      String lasts = Durations.human(Duration.ofNanos(now - since));
      say(result, "still, for " + lasts + ", pass " + passes);
    }
  }

  private static boolean isWell(NodeState state) {
    return switch (state) {
      case CONVERGED, HELD, WAITING -> true;
      case FAILED, ROLLED_BACK, APPLYING, OFFLINE, NEVER_SEEN -> false;
    };
  }

  private static void say(PassResult result, String how) {
    String line = result.state().wireName() + ": " + result.reason() + " (" + how + ")";
    if (isWell(result.state()) || result.state() == NodeState.APPLYING) {
      LOG.info("{}", line);
    } else {
      LOG.warn("{}", line);
    }
  }
}

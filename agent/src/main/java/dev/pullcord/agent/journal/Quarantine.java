package dev.pullcord.agent.journal;

import dev.pullcord.protocol.id.CommitId;
import java.time.Instant;

/**
 * A commit that is not tried again on this node, because the release is at fault.
 *
 * @param commit which
 * @param reason names the step, the exit code and the last line of its output
 * @param retry the count of operators' retries under which it was made; a higher one ends it
 * @param at since when
 */
public record Quarantine(CommitId commit, String reason, long retry, Instant at) {
  /** Whether it forbids this target. */
  public boolean forbids(CommitId target, long retries) {
    return commit.equals(target) && retries <= retry;
  }
}

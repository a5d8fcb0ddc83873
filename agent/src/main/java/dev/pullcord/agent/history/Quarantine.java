package dev.pullcord.agent.history;

import dev.pullcord.protocol.id.CommitId;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A commit that is not tried again on this node, because the release is at fault.
 *
 * @param commit which
 * @param reason names the step, the exit code and the last line of its output
 * @param retry the count of operators' retries under which it was made; a higher one ends it
 * @param at since when
 * @param labels of the node under which it was made: with others the commit may ask for other
 *     workers; null in an old journal, which means any
 */
public record Quarantine(
    CommitId commit, String reason, long retry, Instant at, @Nullable Map<String, String> labels) {
  /** Whether it forbids this target to a node with these labels. */
  public boolean forbids(CommitId target, long retries, Map<String, String> now) {
    return commit.equals(target) && retries <= retry && (labels == null || labels.equals(now));
  }
}

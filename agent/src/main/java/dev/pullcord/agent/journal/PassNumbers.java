package dev.pullcord.agent.journal;

import dev.pullcord.agent.history.Entry;
import dev.pullcord.protocol.id.CommitId;
import org.jspecify.annotations.Nullable;

/**
 * Numbers passes that have something to do; one that was interrupted goes on under its number. A
 * number is never used twice, also where the journal was lost and the transcripts were not.
 */
public final class PassNumbers {
  private final Journal journal;
  private final long usedBefore;
  private @Nullable CommitId open;

  /**
   * Of that journal.
   *
   * @param usedBefore the highest number of a pass that anything beside the journal has
   */
  public PassNumbers(Journal journal, long usedBefore) {
    this.journal = journal;
    this.usedBefore = usedBefore;
  }

  /** The number of a pass on the way to a commit. */
  public long begin(CommitId commit, long revision) {
    if (!commit.equals(open)) {
      long last = Math.max(journal.history().pass(), usedBefore);
      journal.append(new Entry.PassBegun(last + 1, commit, revision));
      open = commit;
    }
    return journal.history().pass();
  }

  /** What was under way has ended. */
  public void end() {
    open = null;
  }
}

package dev.pullcord.agent.journal;

import dev.pullcord.agent.history.Entry;
import dev.pullcord.protocol.id.CommitId;
import org.jspecify.annotations.Nullable;

/** Numbers passes that have something to do; one that was interrupted goes on under its number. */
public final class PassNumbers {
  private final Journal journal;
  private @Nullable CommitId open;

  /** Of that journal. */
  public PassNumbers(Journal journal) {
    this.journal = journal;
  }

  /** The number of a pass on the way to a commit. */
  public long begin(CommitId commit, long revision) {
    if (!commit.equals(open)) {
      journal.append(new Entry.PassBegun(journal.history().pass() + 1, commit, revision));
      open = commit;
    }
    return journal.history().pass();
  }

  /** What was under way has ended. */
  public void end() {
    open = null;
  }
}

package dev.pullcord.agent.pass;

import dev.pullcord.agent.journal.Entry;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.protocol.id.CommitId;
import org.jspecify.annotations.Nullable;

/** Numbers passes that have something to do; one that was interrupted goes on under its number. */
final class PassNumbers {
  private final Journal journal;
  private @Nullable CommitId open;

  PassNumbers(Journal journal) {
    this.journal = journal;
  }

  long begin(CommitId commit, long revision) {
    if (!commit.equals(open)) {
      journal.append(new Entry.PassBegun(journal.history().pass() + 1, commit, revision));
      open = commit;
    }
    return journal.history().pass();
  }

  void end() {
    open = null;
  }
}

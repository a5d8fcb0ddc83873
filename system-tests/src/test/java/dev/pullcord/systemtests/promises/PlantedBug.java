package dev.pullcord.systemtests.promises;

import dev.pullcord.agent.journal.JournalProbe;
import java.nio.channels.FileChannel;

/** What can be broken around the real parts, one at a time, to see that the run notices. */
enum PlantedBug {
  NONE,
  /** The journal is written and not forced. */
  JOURNAL_NOT_FORCED,
  /** A start of which it is not known whether it happened is taken for one that did not. */
  START_NOT_SETTLED,
  /** A worker that is dead is taken for one that lives. */
  DEAD_WORKER_LIVES,
  /** A worker that was asked to end is taken for one that has ended. */
  DRAINING_WORKER_GONE,
  /** A newcomer is taken for proven without being looked at. */
  NEWCOMER_NOT_PROVEN,
  /** A decision that comes late wins over a newer one. */
  OLD_DECISION_WINS,
  /** Reports are acknowledged and not kept. */
  REPORTS_NOT_KEPT,
  /** The server answers before its change is on disk. */
  ANSWER_BEFORE_COMMIT,
  /** A server that was replaced goes on writing. */
  NO_FENCE,
  /** The files of a release are not forced before it is used. */
  DISK_NOT_FORCED,
  /** What an ended deployment came to is changed. */
  OUTCOME_CHANGED,
  /** The node goes by its own wall clock for the end of a pin. */
  OWN_CLOCK,
  /** A server hands out an epoch from before. */
  OLD_EPOCH,
  /** Nobody asks whether there is something newer. */
  NO_POLL;

  boolean is(PlantedBug other) {
    return this == other;
  }

  JournalProbe probe(JournalProbe real) {
    return this != JOURNAL_NOT_FORCED
        ? real
        : new JournalProbe() {
          @Override
          public boolean heard() {
            return false;
          }

          @Override
          public void force(FileChannel channel) {
            // That is the bug.
          }
        };
  }
}

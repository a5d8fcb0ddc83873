package dev.pullcord.systemtests.promises;

import dev.pullcord.agent.journal.JournalProbe;
import java.nio.channels.FileChannel;

/** What can be broken around the real parts, one at a time, to see that the run notices. */
enum PlantedBug {
  NONE(0),
  /** The journal is written and not forced. */
  JOURNAL_NOT_FORCED(32),
  /** A start of which it is not known whether it happened is taken for one that did not. */
  START_NOT_SETTLED(11),
  /** A worker that is dead is taken for one that lives. */
  DEAD_WORKER_LIVES(0),
  /** A worker that was asked to end is taken for one that has ended. */
  DRAINING_WORKER_GONE(6),
  /** A newcomer is taken for proven without being looked at. */
  NEWCOMER_NOT_PROVEN(0),
  /** A decision that comes late wins over a newer one. */
  OLD_DECISION_WINS(74),
  /** Reports are acknowledged and not kept. */
  REPORTS_NOT_KEPT(0),
  /** The server answers before its change is on disk. */
  ANSWER_BEFORE_COMMIT(1),
  /** A server that was replaced goes on writing. */
  NO_FENCE(1),
  /** The files of a release are not forced before it is used. */
  DISK_NOT_FORCED(1),
  /** What an ended deployment came to is changed. */
  OUTCOME_CHANGED(26),
  /** The node goes by its own wall clock for the end of a pin. */
  OWN_CLOCK(25),
  /** A server hands out an epoch from before. */
  OLD_EPOCH(0),
  /** Nobody asks whether there is something newer. */
  NO_POLL(7);

  private final long seed;

  PlantedBug(long seed) {
    this.seed = seed;
  }

  /** The seed that is tried first, since it has found it before. */
  long seed() {
    return seed;
  }

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

package dev.pullcord.agent.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;

/**
 * Watches every boundary of the journal. A crash harness ends the agent here, counts boundaries,
 * and simulates a power loss by cutting off what was not forced; the agent itself uses {@link
 * #NONE}.
 */
public interface JournalProbe {
  /** Does nothing. */
  JournalProbe NONE = new JournalProbe() {};

  /** For a rehearsal, of which nobody is told. */
  JournalProbe UNHEARD =
      new JournalProbe() {
        @Override
        public boolean heard() {
          return false;
        }
      };

  /** Whether the agent's own log says what is done. */
  default boolean heard() {
    return true;
  }

  /** An entry is about to be written: whatever came before it has been done. */
  default void before(Boundary boundary) {}

  /** The entry is written (and, if it is to be forced, forced): the act comes next. */
  default void after(Boundary boundary) {}

  /** Makes the file survive a power loss; replaced only to prove that a harness notices. */
  default void force(FileChannel channel) throws IOException {
    channel.force(false);
  }

  /**
   * One boundary.
   *
   * @param entry the name of its kind
   * @param forced whether it is to be on disk before the agent goes on
   */
  record Boundary(String entry, boolean forced) {}
}

package dev.pullcord.agent.journal;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.host.process.ProcessId;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells which generations live: those who run them do. It starts and ends nothing. */
public interface Lives {
  /**
   * A generation that was started.
   *
   * @param process that very one; null where there is none of its own
   */
  record Found(@Nullable ProcessId process) {}

  /**
   * Settles a start in this boot of which it is not known whether it happened.
   *
   * @return how it was started; empty when it never was, and from now on cannot be
   */
  Optional<Found> settle(Generation intended) throws IOException;

  /**
   * Settles whether a generation of another boot was started again in this one, or lives on since
   * only the name of the boot is another.
   *
   * @return how; empty when it was not, and from now on cannot be
   */
  Optional<Found> revive(Generation ofAnotherBoot) throws IOException;

  /** A living one that the journal does not know, from its record, of whichever boot. */
  Optional<Found> find(Generation unknown) throws IOException;

  /** Whether anything of one that was started lives. */
  boolean alive(Generation generation);

  /** Whether its main process lives, where it has one; if not, the rest of it works no more. */
  default boolean works(Generation generation) {
    return alive(generation);
  }

  /** Whether something lives of a start that was not seen to begin. */
  default boolean lingers(Generation neverSeen) {
    return false;
  }
}

package dev.pullcord.agent.journal;

import dev.pullcord.agent.host.ProcessId;
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
   * Settles whether a generation of another boot was started again in this one.
   *
   * @return how; empty when it was not, and from now on cannot be
   */
  Optional<Found> revive(Generation ofAnotherBoot) throws IOException;

  /** A living one that the journal does not know, from its record, of whichever boot. */
  Optional<Found> find(Generation unknown) throws IOException;

  /** Whether one that was started lives. */
  boolean alive(Generation generation);
}

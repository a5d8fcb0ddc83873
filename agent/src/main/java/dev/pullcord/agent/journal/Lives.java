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

  /** A living one of this boot that the journal does not know, from its record. */
  Optional<Found> find(Generation unknown) throws IOException;

  /** Whether one that was started lives. */
  boolean alive(Generation generation);
}

package dev.pullcord.server.store;

import java.time.Instant;
import java.util.List;

/**
 * The counter of desired state. A number alone does not say which decision it is: a store that is
 * copied back counts the same numbers again. So each start of the server on a store is an
 * incarnation of its own, with the first number that it counts.
 */
public interface Revisions {
  /** The newest, 0 at first. */
  long newest();

  /** Counts up and returns the new one. */
  long next();

  /** Makes sure that the numbers that follow are higher than this one. */
  void raise(long number);

  /** Begins an incarnation. Only so many are kept as are asked for here, the newest. */
  void begin(Incarnation incarnation, int kept);

  /** Those that are kept, in order of their first number. */
  List<Incarnation> incarnations();

  /**
   * A start of the server on this store.
   *
   * @param id random
   * @param first the first number that it may count
   * @param startedAt when
   */
  record Incarnation(String id, long first, Instant startedAt) {}
}

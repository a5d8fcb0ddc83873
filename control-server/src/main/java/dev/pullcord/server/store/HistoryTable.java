package dev.pullcord.server.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What was decided for nodes, and what they said that they ran. Bounded: about the newest {@link
 * #KEPT} of each kind for each node.
 */
public interface HistoryTable {
  /** How many entries of one kind are kept of a node; up to a few hundred more may be there. */
  int KEPT = 500;

  /** Adds one. */
  void add(long node, Kind kind, Instant at, String document);

  /** The last of a kind that is not later than that; of those at one moment the newest. */
  Optional<StoredNote> last(long node, Kind kind, Instant at);

  /** All of a node, by their time. */
  List<StoredNote> all(long node);

  /** Forgets all of a node. */
  void forget(long node);

  /** What an entry tells. */
  enum Kind {
    /** What the node is to run, and why. */
    DECIDED,
    /** What the node runs. */
    RAN
  }

  /**
   * An entry.
   *
   * @param id counts up in the order in which they were added
   * @param kind what it tells
   * @param at a decision: the server's clock; what ran: the node's
   * @param document the rest, as JSON; the room {@code history} writes and reads it
   */
  record StoredNote(long id, Kind kind, Instant at, String document) {}
}

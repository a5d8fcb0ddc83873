package dev.pullcord.server.store;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Open gates: some nodes try a commit before its branch moves to it. At most one of a branch. */
public interface GateTable {
  /** Keeps a gate; its branch has none yet. */
  void open(Gate gate);

  /** The gate of that branch; empty when none is open. */
  Optional<Gate> find(String ref);

  /** All that are open, in order of the branch. */
  List<Gate> all();

  /** Forgets the gate of that branch. */
  void close(String ref);

  /**
   * A gate.
   *
   * @param ref the branch
   * @param before its head while the gate is open; null for a branch that is new. A gate of a
   *     branch that is elsewhere counts no more
   * @param candidate what the canaries run
   * @param owner whose push it is
   * @param openedAt since when
   * @param canaries which nodes try it
   */
  record Gate(
      String ref,
      @Nullable CommitId before,
      CommitId candidate,
      String owner,
      Instant openedAt,
      List<NodeName> canaries) {
    /** Copies, in order of name. */
    public Gate {
      canaries = canaries.stream().sorted(Comparator.comparing(NodeName::value)).toList();
    }

    /** {@code gate of ann}. */
    public String text() {
      return "gate of " + owner;
    }
  }
}

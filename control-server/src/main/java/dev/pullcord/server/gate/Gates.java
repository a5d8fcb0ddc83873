package dev.pullcord.server.gate;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.node.RolloutSpec;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.GateTable.Gate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lets canaries try a commit before its branch moves to it. */
public interface Gates {
  /**
   * Opens a gate: its canaries are told to run the candidate.
   *
   * @throws Refusal when one is open, or no node can try it
   */
  Gate open(Asked asked, Principal pusher);

  /** How the canaries stand now; empty once the branch has moved elsewhere. */
  Optional<GateView> look(Gate gate);

  /** Whether no canary that can be reached is on the candidate any more. */
  boolean areBack(Gate gate);

  /**
   * Ends a gate before its push does; its canaries go back, and the push is told by whom.
   *
   * @param meant refused where the gate tries another commit; null for any
   * @throws Refusal when none is open for that branch
   */
  void end(String branch, Principal who, @Nullable CommitId meant);

  /** The same of whichever gate is open. */
  default void end(String branch, Principal who) {
    end(branch, who, null);
  }

  /** Who ended the gate before its push did; empty when nobody has. */
  Optional<String> endedBy(Gate gate);

  /**
   * The push is over: nothing is left of its gate. Canaries go back to what the branch says, which
   * is the candidate if it has moved there.
   *
   * @param outcome for the audit log, in a few words
   */
  void close(Gate gate, Principal pusher, String outcome);

  /**
   * The push is over, and the branch has moved to the candidate. The comparison of branches closes
   * its gate, now or as soon as it can be made. Until then the canaries keep the candidate.
   *
   * @param outcome for the audit log, in a few words
   */
  void passed(Gate gate, Principal pusher, String outcome);

  /**
   * What a gate is asked for.
   *
   * @param branch that is to move
   * @param before its head; null for a new branch
   * @param candidate where it is to move
   * @param spec of the candidate's manifest, which may name canaries
   */
  record Asked(String branch, @Nullable CommitId before, CommitId candidate, RolloutSpec spec) {}
}

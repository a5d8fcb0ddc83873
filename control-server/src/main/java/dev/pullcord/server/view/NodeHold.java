package dev.pullcord.server.view;

import dev.pullcord.protocol.id.CommitId;
import org.jspecify.annotations.Nullable;

/**
 * A reason that keeps a node from a newer commit, and the way out of it.
 *
 * @param kind what it is
 * @param ref the branch that it is about; empty for a freeze of every branch
 * @param selector of a freeze; empty for every node
 * @param deployment that brings the commit; null where none does
 * @param commit the one that waits; of a gate, the one that is tried; null for none
 * @param way how to go on before it ends, in a sentence
 */
public record NodeHold(
    Kind kind,
    String ref,
    String selector,
    @Nullable Long deployment,
    @Nullable CommitId commit,
    String way) {
  /** What can keep a node from a newer commit. */
  public enum Kind {
    /** Operators have frozen it. */
    FREEZE,
    /** The windows of its branch are closed. */
    WINDOW,
    /** Other nodes go first. */
    ROLLOUT,
    /** It tries a commit before its branch moves there. */
    GATE
  }
}

package dev.pullcord.server.rollout;

/** How a node stands to the commit of a rollout, as far as the server knows. */
public enum MemberStanding {
  /** It has not begun with the commit: it runs what it ran before. */
  BEFORE,
  /** As before, but this server has started and not heard of it yet: it may be away. */
  UNHEARD,
  /** It has begun, and is not done. */
  UNDER_WAY,
  /** It has staged and proven the commit, and waits for the server's go (barrier). */
  READY,
  /** It was seen running the commit, and is well. */
  CONVERGED,
  /** It does not run the commit well, and is not back on what it ran before. */
  DOWN,
  /** It did not run the commit well, and runs what it ran before. */
  ROLLED_BACK,
  /** Nothing is heard of it: offline, stopped, or never seen. */
  ABSENT,
  /** Somebody decided that it is no part of this: pinned elsewhere, suspended, held. */
  EXEMPT;

  /** Whether a node that has the commit and stands so is away from converged because of it. */
  boolean isUnavailable() {
    return this == BEFORE || this == UNDER_WAY || this == DOWN;
  }

  /** Whether such a node may be given the commit in its turn. */
  boolean mayBegin() {
    return counts() && this != UNHEARD;
  }

  /** Whether the rollout waits for such a node at all. */
  boolean counts() {
    return this != ABSENT && this != EXEMPT;
  }
}

package dev.pullcord.server.rollout;

/** How a node stands to the commit of a rollout, as far as the server knows. */
public enum MemberStanding {
  /** It has not begun with the commit: it runs what it ran before. */
  BEFORE,
  /** As before, or under way, but this server has started and not heard of it yet. */
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
  /** It was given the commit, and fell silent or was stopped with it: the commit may be why. */
  LOST,
  /** It may not begin now: a freeze or a closed window holds it. The rollout ends after that. */
  HELD,
  /** Somebody decided that it is no part of this: pinned elsewhere, suspended, held. */
  EXEMPT;

  /** Whether a node that has the commit and stands so is away from converged because of it. */
  boolean isUnavailable() {
    return switch (this) {
      case BEFORE, UNHEARD, UNDER_WAY, DOWN, LOST -> true;
      case READY, CONVERGED, ROLLED_BACK, ABSENT, HELD, EXEMPT -> false;
    };
  }

  /** Whether such a node may be given the commit in its turn. */
  boolean mayBegin() {
    return counts() && this != UNHEARD && this != LOST;
  }

  /** Whether the rollout waits for such a node at all. */
  boolean counts() {
    return this != ABSENT && this != HELD && this != EXEMPT;
  }
}

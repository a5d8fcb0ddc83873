package dev.pullcord.agent.control;

import org.jspecify.annotations.Nullable;

/**
 * One line that a client sends.
 *
 * @param verb what is asked for
 * @param count of passes, for {@code log}; of seconds to wait, for {@code sync}
 * @param commit for {@code plan}; null for the node's target
 */
record Request(Verb verb, int count, @Nullable String commit) {
  Request(Verb verb, int count) {
    this(verb, count, null);
  }

  /** What can be asked for. */
  enum Verb {
    /** The node's status. */
    STATUS,
    /** Ask the server or the remote and run a pass; answers when it is over. */
    SYNC,
    /** End the quarantine and run a pass. */
    RETRY,
    /** The steps of the last passes. */
    LOG,
    /** What the next pass would do. */
    PLAN
  }
}

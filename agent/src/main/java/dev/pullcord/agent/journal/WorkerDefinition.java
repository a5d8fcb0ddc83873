package dev.pullcord.agent.journal;

import dev.pullcord.protocol.manifest.WorkerIdentity;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.util.Optional;

/**
 * A worker with its identity on this node. Kept in the journal, so that going back, or starting
 * again what died, never needs the source.
 *
 * @param spec how it is run and known to be well
 * @param identity what the commit makes of it, 64 hex digits; and, where the node has a part in it,
 *     a dot and a keyed hash of that part
 */
public record WorkerDefinition(WorkerSpec spec, String identity) {
  private static final char DOT = '.';

  /** With the identity as the protocol has it. */
  public WorkerDefinition(WorkerSpec spec, WorkerIdentity identity) {
    this(spec, identity.value());
  }

  /** The same with this for the node's part. */
  public WorkerDefinition on(String nodePart) {
    return new WorkerDefinition(spec, ofCommit(identity) + DOT + nodePart);
  }

  /** What the commit makes of a worker: the same on every node. */
  public static String ofCommit(String identity) {
    int dot = identity.indexOf(DOT);
    return dot < 0 ? identity : identity.substring(0, dot);
  }

  /** What the node adds to that; empty when it has no part in it. */
  public static Optional<String> ofNode(String identity) {
    int dot = identity.indexOf(DOT);
    return dot < 0 ? Optional.empty() : Optional.of(identity.substring(dot + 1));
  }
}

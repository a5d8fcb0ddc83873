package dev.pullcord.agent.history;

import dev.pullcord.protocol.identity.WorkerIdentity;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.util.Optional;

/**
 * A worker with its identity on this node. Kept in the journal, so that going back, or starting
 * again what died, never needs the source.
 *
 * @param spec how it is run and known to be well
 * @param identity what the commit makes of it, 64 hex digits; and, where the node has a part in it,
 *     a dot and a keyed hash of that part; and, once an operator asked to restart it, a hash sign
 *     and the number of that order
 */
public record WorkerDefinition(WorkerSpec spec, String identity) {
  private static final char DOT = '.';
  private static final char ORDER = '#';

  /** With the identity as the protocol has it. */
  public WorkerDefinition(WorkerSpec spec, WorkerIdentity identity) {
    this(spec, identity.value());
  }

  /** The same with this for the node's part. */
  public WorkerDefinition on(String nodePart) {
    return new WorkerDefinition(spec, ofCommit(identity) + DOT + nodePart);
  }

  /**
   * The same, restarted by that order: it is another one than before the order, and stays the same
   * however often it is asked for.
   *
   * @param order 0 when there was none
   */
  public WorkerDefinition restartedBy(long order) {
    String before = upTo(identity, ORDER);
    return new WorkerDefinition(spec, order == 0 ? before : before + ORDER + order);
  }

  private static String upTo(String identity, char sign) {
    int at = identity.indexOf(sign);
    return at < 0 ? identity : identity.substring(0, at);
  }

  /** What the commit makes of a worker: the same on every node. */
  public static String ofCommit(String identity) {
    return upTo(upTo(identity, ORDER), DOT);
  }

  /** What the node adds to that; empty when it has no part in it. */
  public static Optional<String> ofNode(String identity) {
    int dot = identity.indexOf(DOT);
    return dot < 0 ? Optional.empty() : Optional.of(upTo(identity.substring(dot + 1), ORDER));
  }
}

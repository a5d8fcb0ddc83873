package dev.pullcord.protocol.report;

import java.util.stream.Stream;

/**
 * Judges a state: what a colour, a sign and a first line stand for, on every page, in every command
 * and in the output of a push. Worst first.
 */
public enum Severity {
  /** Somebody has to look. */
  TROUBLE,
  /** On its way; nobody has to do anything. */
  UNDER_WAY,
  /** Held because somebody decided so: noop, a stopped worker, a pin. Neither good nor bad. */
  HELD,
  /** As asked for. */
  GOOD;

  /** Of one node. */
  public static Severity of(NodeState state) {
    return switch (state) {
      case CONVERGED -> GOOD;
      case HELD -> HELD;
      case APPLYING, WAITING -> UNDER_WAY;
      case FAILED, ROLLED_BACK, OFFLINE, NEVER_SEEN -> TROUBLE;
    };
  }

  /** Of several: the worst one. None at all is held: there is nothing to judge. */
  public static Severity worst(Stream<NodeState> states) {
    return states.map(Severity::of).min(Severity::compareTo).orElse(HELD);
  }
}

package dev.pullcord.server.alert;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What people can be told of. */
public enum AlertEvent {
  /** A deployment ended, and every node of it runs its commit. */
  DEPLOYMENT_CONVERGED(false, Duration.ZERO, "have converged"),
  /** A deployment ended for every node that can be reached, and some do not run its commit. */
  DEPLOYMENT_INCOMPLETE(false, Duration.ZERO, "are over"),
  /** A node that ran its commit does not do so any more. */
  NODE_FAILED(true, Duration.ofMinutes(2), "are well again"),
  /** Nothing was heard of a node for some time. */
  NODE_OFFLINE(true, Duration.ofSeconds(10), "are back"),
  /** An old worker of a node still finishes its work. */
  DRAIN_LONG(true, Duration.ofSeconds(30), "have no old worker any more"),
  /** A pin ends soon by itself. */
  PIN_EXPIRING(false, Duration.ZERO, "are not about to end any more"),
  /** The upstream could not be looked at for some time. */
  MIRROR_STALE(false, Duration.ZERO, "are well again"),
  /** A commit of the upstream is given to no node. */
  COMMIT_REFUSED(false, Duration.ZERO, "are deployed again"),
  /** The disk of the server is nearly full. */
  DISK_FULL(false, Duration.ofMinutes(1), "have room again");

  private final boolean ofNodes;
  private final Duration calm;
  private final String over;

  AlertEvent(boolean ofNodes, Duration calm, String over) {
    this.ofNodes = ofNodes;
    this.calm = calm;
    this.over = over;
  }

  /** {@code node-failed}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether nodes with the same reason are told of together. */
  boolean ofNodes() {
    return ofNodes;
  }

  /** Whether it only happens, and is not over some time. */
  boolean news() {
    return this == DEPLOYMENT_CONVERGED;
  }

  /** It has to be gone for so long before its end is told. */
  Duration calm() {
    return calm;
  }

  /** What is said of several of which it is over. */
  String over() {
    return over;
  }

  /** Those by word. */
  static Map<String, AlertEvent> byWord() {
    Map<String, AlertEvent> events = new LinkedHashMap<>();
    for (AlertEvent event : values()) {
      events.put(event.word(), event);
    }
    return events;
  }
}

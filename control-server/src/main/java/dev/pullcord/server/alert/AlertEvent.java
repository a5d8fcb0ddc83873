package dev.pullcord.server.alert;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What people can be told of. */
public enum AlertEvent {
  /** A deployment ended, and every node of it runs its commit. */
  DEPLOYMENT_CONVERGED("deployments", Duration.ZERO, "have converged"),
  /** A deployment ended for every node that can be reached, and some do not run its commit. */
  DEPLOYMENT_INCOMPLETE("deployments", Duration.ZERO, "are over"),
  /** A node that ran its commit does not do so any more. */
  NODE_FAILED("nodes", Duration.ofMinutes(2), "are well again"),
  /** Nothing was heard of a node for some time. */
  NODE_OFFLINE("nodes", Duration.ofSeconds(10), "are back"),
  /** An old worker of a node still finishes its work. */
  DRAIN_LONG("nodes", Duration.ofSeconds(30), "have no old worker any more"),
  /** A pin ends soon by itself. */
  PIN_EXPIRING("pins", Duration.ZERO, "are not about to end any more"),
  /** The upstream could not be looked at for some time. */
  MIRROR_STALE("mirrors", Duration.ZERO, "are well again"),
  /** A commit of the upstream is given to no node. */
  COMMIT_REFUSED("refs", Duration.ZERO, "are deployed again"),
  /** The disk of the server is nearly full. */
  DISK_FULL("disks", Duration.ofMinutes(1), "have room again");

  private final String many;
  private final Duration calm;
  private final String over;

  AlertEvent(String many, Duration calm, String over) {
    this.many = many;
    this.calm = calm;
    this.over = over;
  }

  /** {@code node-failed}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether nodes with the same reason are told of together. */
  boolean ofNodes() {
    return many.equals("nodes");
  }

  /** What several of its subjects are called. */
  String many() {
    return many;
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

package dev.pullcord.server.operations;

import dev.pullcord.protocol.api.WorkerAct;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.WorkerStatus;
import dev.pullcord.server.refusal.Refusal;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Adds one more order to those about a node's workers; pure. */
final class WorkerOrders {
  private WorkerOrders() {}

  /**
   * One order.
   *
   * @param reason empty when nothing was said
   */
  record Order(String worker, WorkerAct act, String by, String reason, Instant at) {}

  /**
   * The orders with one more.
   *
   * @param known the workers of the node, as far as the server knows them
   */
  static Orders after(Orders before, Order order, NodeName node, Set<String> known) {
    String worker = order.worker();
    boolean stopped = before.stopped().containsKey(worker);
    if (!known.contains(worker) && !stopped) {
      throw new Refusal(
          Refusal.Kind.NOT_FOUND,
          "WORKER_MISSING",
          node
              + " has no worker "
              + Quoted.of(worker)
              + (known.isEmpty()
                  ? "; it has none"
                  : "; it has " + String.join(", ", new TreeSet<>(known))),
          "worker");
    }
    Map<String, Orders.Stop> stops = new TreeMap<>(before.stopped());
    Map<String, Long> restarts = new TreeMap<>(before.restarts());
    // One that comes back later under an old name is started anew anyway.
    restarts.keySet().removeIf(name -> !known.contains(name) && !stops.containsKey(name));
    long count = before.count() + 1;
    switch (order.act()) {
      case STOP -> stops.put(worker, new Orders.Stop(order.by(), order.reason(), order.at()));
      case START -> {
        if (!stopped) {
          throw conflict(
              "WORKER_NOT_STOPPED", "worker " + worker + " of " + node + " is not stopped");
        }
        stops.remove(worker);
      }
      case RESTART -> {
        if (stopped) {
          throw conflict(
              "WORKER_STOPPED",
              "worker %s of %s was %s; to run it again: pullcord worker start %s --worker %s"
                  .formatted(
                      worker,
                      node,
                      Objects.requireNonNull(stops.get(worker)).text(),
                      node,
                      worker));
        }
        restarts.put(worker, count);
      }
    }
    return new Orders(count, stops, restarts, before.kills());
  }

  /**
   * The orders with one more generation to kill; those that are gone are forgotten.
   *
   * @param workers as the node last said
   */
  static Orders killing(
      Orders before,
      long number,
      Orders.Kill kill,
      NodeName node,
      Collection<WorkerStatus> workers) {
    Map<Long, GenerationStatus> living = new TreeMap<>();
    workers.forEach(worker -> worker.generations().forEach(g -> living.put(g.number(), g)));
    GenerationStatus generation = living.get(number);
    if (generation == null) {
      String there =
          living.values().stream()
              .map(g -> g.number() + " (" + g.phase().wireName() + ")")
              .collect(Collectors.joining(", "));
      throw new Refusal(
          Refusal.Kind.NOT_FOUND,
          "GENERATION_MISSING",
          node + " has no generation " + number + (there.isEmpty() ? "" : "; it has " + there),
          "generation");
    }
    boolean works =
        generation.phase() == GenerationPhase.CONSUMING
            || generation.phase() == GenerationPhase.DRAINING;
    if (!works || generation.pid() == 0) {
      throw new Refusal(
          Refusal.Kind.CONFLICT,
          "GENERATION_PHASE",
          "generation %d of %s is %s%s; one that is consuming or draining can be killed"
              .formatted(
                  number,
                  node,
                  generation.phase().wireName(),
                  generation.pid() == 0 ? " and has no process of its own" : ""),
          "generation");
    }
    Map<Long, Orders.Kill> kills = new TreeMap<>(before.kills());
    kills.keySet().retainAll(living.keySet());
    kills.put(number, kill);
    return new Orders(before.count() + 1, before.stopped(), before.restarts(), kills);
  }

  /** {@code grep generation 4 (draining, pid 17)}. */
  static String text(long number, Map<String, WorkerStatus> workers) {
    return workers.entrySet().stream()
        .flatMap(worker ->
            worker.getValue().generations().stream()
                .filter(g -> g.number() == number)
                .map(g ->
                    "%s generation %d (%s, pid %d)"
                        .formatted(worker.getKey(), number, g.phase().wireName(), g.pid())))
        .findFirst()
        .orElse("generation " + number);
  }

  private static Refusal conflict(String code, String detail) {
    return new Refusal(Refusal.Kind.CONFLICT, code, detail, "worker");
  }
}

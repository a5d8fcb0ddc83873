package dev.pullcord.server.operations;

import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.WorkerAct;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.WorkerStatus;
import dev.pullcord.server.security.Principal;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Orders about a node's workers: stop, start, restart, and the end of one generation. */
public final class WorkerOperations {
  private final NodeChanges changes;
  private final VersionLookup versions;
  private final NodeOperations nodes;

  WorkerOperations(NodeChanges changes, VersionLookup versions, NodeOperations nodes) {
    this.changes = changes;
    this.versions = versions;
    this.nodes = nodes;
  }

  /**
   * Asks something of one of a node's workers.
   *
   * @param reason why; null when there is nothing to say
   */
  public NodeView order(
      Principal who, NodeName node, String worker, WorkerAct act, @Nullable String reason) {
    String why = reason == null || reason.isBlank() ? "" : OrderChecks.reason(reason);
    Set<String> known = new HashSet<>(nodes.view(node).workers().keySet());
    changes.apply(
        node,
        (tables, row) -> {
          known.addAll(versions.workers(row.decision(), row.settings().labels()));
          WorkerOrders.Order order =
              new WorkerOrders.Order(worker, act, who.owner(), why, changes.clock().instant());
          tables
              .nodes()
              .order(row.id(), WorkerOrders.after(row.settings().orders(), order, node, known));
          String said = why.isEmpty() ? worker : worker + ": " + why;
          changes.audit(tables, who, "worker." + act.word(), node, null, said);
        });
    return nodes.view(node);
  }

  /** Kills a generation that works or drains, at once and without asking it. */
  public NodeView kill(Principal who, NodeName node, long generation, @Nullable String reason) {
    String why = OrderChecks.reason(reason);
    Map<String, WorkerStatus> workers = nodes.view(node).workers();
    changes.apply(
        node,
        (tables, row) -> {
          Orders.Kill kill = new Orders.Kill(who.owner(), why, changes.clock().instant());
          Orders orders =
              WorkerOrders.killing(
                  row.settings().orders(), generation, kill, node, workers.values());
          tables.nodes().order(row.id(), orders);
          String what = WorkerOrders.text(generation, workers);
          changes.audit(tables, who, "worker.kill", node, null, what + ": " + why);
        });
    return nodes.view(node);
  }
}

package dev.pullcord.server.operations;

import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.Requests;
import dev.pullcord.protocol.id.Labels;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.desired.Rollouts;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.NodeTable;
import dev.pullcord.server.store.StoredNode;
import dev.pullcord.server.store.Tables;
import dev.pullcord.server.view.FleetReader;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Orders about a node itself: try again, follow another branch, other labels, and its removal. */
public final class NodeOperations {
  private final NodeChanges changes;
  private final VersionLookup versions;
  private final FleetModel fleet;
  private final FleetReader views;
  private final Consumer<Long> cutOff;

  NodeOperations(
      NodeChanges changes,
      VersionLookup versions,
      FleetModel fleet,
      FleetReader views,
      Consumer<Long> cutOff) {
    this.changes = changes;
    this.versions = versions;
    this.fleet = fleet;
    this.views = views;
    this.cutOff = cutOff;
  }

  /** The node as it is now. */
  NodeView view(NodeName node) {
    return views.node(node).orElseThrow(() -> OrderChecks.noSuchNode(node));
  }

  /** Lets a node try again what it has quarantined. */
  public NodeView retry(Principal who, NodeName node) {
    changes.apply(
        node,
        (tables, row) -> {
          // The retry itself changes the decision, so this is the revision that will carry it.
          tables.nodes().retry(row.id(), tables.revisions().newest() + 1);
          Long deployment = row.deployment();
          if (deployment != null) {
            tables.deployments().reopen(deployment);
          }
          changes.audit(
              tables,
              who,
              "retry",
              node,
              row.settings().retry() + "",
              (row.settings().retry() + 1) + "");
        });
    return view(node);
  }

  /** Makes a node follow another branch. */
  public NodeView follow(Principal who, NodeName node, String ref) {
    String branch = OrderChecks.branch("ref", ref);
    versions.requireBranch(branch);
    changes.apply(
        node,
        (tables, row) -> {
          tables.nodes().follow(row.id(), branch);
          changes.audit(tables, who, "follow", node, row.settings().ref(), branch);
        });
    return view(node);
  }

  /** Sets some of a node's labels and removes others. */
  public NodeView label(Principal who, NodeName node, Requests.Labels change) {
    changes.apply(
        node,
        (tables, row) -> {
          Map<String, String> labels = OrderChecks.labels(row.settings().labels(), change);
          if (!labels.equals(row.settings().labels())) {
            tables.nodes().label(row.id(), labels);
            changes.audit(
                tables,
                who,
                "label",
                node,
                Labels.text(row.settings().labels()),
                Labels.text(labels));
          }
        });
    return view(node);
  }

  /** Removes a node for good and cuts it off; its name can be given anew. */
  public void remove(Principal who, NodeName node) {
    StoredNode removed =
        changes
            .store()
            .write(tables -> {
              StoredNode row = NodeChanges.existing(tables, node);
              Instant now = changes.clock().instant();
              leaveDeployment(tables, row, now);
              Rollouts.forget(tables, node);
              tables.pins().remove(row.id());
              tables.reports().forget(row.id());
              tables.history().forget(row.id());
              NodeTable.Removal removal = new NodeTable.Removal(who.owner(), now);
              tables.nodes().remove(row.id(), removal);
              changes.audit(tables, who, "node.remove", node, row.key().value(), null);
              tables.afterCommit(() -> fleet.removed(row, removal));
              return row;
            });
    cutOff.accept(removed.id());
  }

  private static void leaveDeployment(Tables tables, StoredNode row, Instant now) {
    Long deployment = row.deployment();
    if (deployment != null) {
      tables.deployments().leave(deployment, List.of(row.id()), now);
    }
  }
}

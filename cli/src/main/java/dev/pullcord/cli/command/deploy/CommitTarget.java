package dev.pullcord.cli.command.deploy;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Selection;
import dev.pullcord.cli.command.view.NodeLine;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.ServerClient;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Deployments on their nodes: one, or those of a commit that heads several branches.
 *
 * @param ids of the deployments
 * @param branch that was named; null when a commit was
 * @param pinnedTo with them, the nodes that are pinned to this commit; none when null
 * @param name what it is called in a line
 * @param selected which of the nodes; all when null
 */
record CommitTarget(
    List<Long> ids,
    @Nullable String branch,
    @Nullable CommitId pinnedTo,
    String name,
    @Nullable Set<NodeName> selected)
    implements WaitTarget {
  static CommitTarget of(ServerClient server, TargetFinder.Found found, @Nullable String selector) {
    Set<NodeName> selected =
        selector == null
            ? null
            : Selection.some(server, selector).stream()
                .map(NodeView::name)
                .collect(Collectors.toSet());
    String refs =
        found.deployments().stream()
            .map(DeploymentView::ref)
            .distinct()
            .collect(Collectors.joining(", "));
    CommitId commit =
        found.deployments().isEmpty()
            ? Objects.requireNonNull(found.pinnedTo())
            : found.deployments().getFirst().commit();
    return new CommitTarget(
        found.deployments().stream().map(DeploymentView::id).toList(),
        found.pinnedTo() == null ? refs : null,
        found.pinnedTo(),
        (refs.isEmpty() ? "pinned to" : refs) + " " + commit.abbreviated(),
        selected);
  }

  @Override
  public Progress look(ServerClient server) {
    List<String> unreached = unreached(server);
    List<DeploymentView> deployments =
        ids.stream().map(id -> Replies.need(server.deployment(id))).toList();
    DeploymentView newer =
        deployments.stream()
            .map(DeploymentView::supersededBy)
            .filter(Objects::nonNull)
            .findFirst()
            .map(id -> Replies.need(server.deployment(id)))
            .orElse(null);
    List<NodeLine> nodes = nodes(server, deployments);
    if (nodes.isEmpty() && newer == null) {
      throw Failure.usage(
          "no node" + (selected == null ? "" : " of the selection") + " is to run " + name);
    }
    return new Progress(nodes, deployments, newer, unreached);
  }

  /**
   * Asked before the deployments: where it is over, they are those that came of it. Whoever waits
   * for a commit waits for no later one.
   */
  private List<String> unreached(ServerClient server) {
    return branch == null ? List.of() : WaitTarget.unreached(server, Set.of(branch));
  }

  private List<NodeLine> nodes(ServerClient server, List<DeploymentView> deployments) {
    Map<NodeName, NodeLine> nodes = new TreeMap<>();
    for (DeploymentView deployment : deployments) {
      deployment.present().forEach(m -> nodes.put(m.name(), NodeLine.of(m)));
    }
    pinned(server).forEach(n -> nodes.put(n.name(), NodeLine.of(n)));
    nodes.keySet().removeIf(n -> selected != null && !selected.contains(n));
    return List.copyOf(nodes.values());
  }

  private List<NodeView> pinned(ServerClient server) {
    return pinnedTo == null
        ? List.of()
        : Replies.need(server.nodes(null, null)).nodes().stream()
            .filter(n -> n.pin() != null && pinnedTo.equals(n.targetCommit()))
            .filter(n -> n.suspension() == null)
            .toList();
  }

  @Override
  public String text() {
    return " " + name;
  }
}

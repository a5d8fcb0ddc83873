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

/** What is waited for. */
sealed interface WaitTarget {
  /** Looks at it now. */
  Look look(ServerClient server);

  /** The target in a few words, with a space before it; empty for the whole fleet. */
  String text();

  /**
   * A look.
   *
   * @param nodes those that are waited for, relative to the target
   * @param deployments those that are waited for; none when it is each node's own target, or a
   *     pin's
   * @param supersededBy what came instead of it, or null
   */
  record Look(
      List<NodeLine> nodes,
      List<DeploymentView> deployments,
      @Nullable DeploymentView supersededBy) {}

  /**
   * Every node on whatever it is to run.
   *
   * @param selector which nodes; all when null
   */
  record OwnTargets(@Nullable String selector) implements WaitTarget {
    @Override
    public Look look(ServerClient server) {
      List<NodeView> nodes =
          selector == null
              ? Replies.need(server.nodes(null, null)).nodes()
              : Selection.some(server, selector);
      if (nodes.isEmpty()) {
        throw Failure.usage("there are no nodes yet; pullcord invite lets one join");
      }
      return new Look(nodes.stream().map(NodeLine::of).toList(), List.of(), null);
    }

    @Override
    public String text() {
      return "";
    }
  }

  /**
   * Deployments on their nodes: one, or those of a commit that heads several branches.
   *
   * @param ids of the deployments
   * @param pinnedTo with them, the nodes that are pinned to this commit; none when null
   * @param name what it is called in a line
   * @param selected which of the nodes; all when null
   */
  record Commits(
      List<Long> ids, @Nullable CommitId pinnedTo, String name, @Nullable Set<NodeName> selected)
      implements WaitTarget {
    static Commits of(ServerClient server, TargetFinder.Found found, @Nullable String selector) {
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
      return new Commits(
          found.deployments().stream().map(DeploymentView::id).toList(),
          found.pinnedTo(),
          (refs.isEmpty() ? "pinned to" : refs) + " " + commit.abbreviated(),
          selected);
    }

    @Override
    public Look look(ServerClient server) {
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
      return new Look(nodes, deployments, newer);
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
              .toList();
    }

    @Override
    public String text() {
      return " " + name;
    }
  }
}

package dev.pullcord.cli.command.deploy;

import dev.pullcord.cli.client.ServerClient;
import dev.pullcord.cli.command.Answers;
import dev.pullcord.cli.command.Selection;
import dev.pullcord.cli.command.view.NodeLine;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.id.NodeName;
import java.util.List;
import java.util.Set;
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
   * @param deployment the deployment that is waited for, null when it is each node's own target
   * @param supersededBy what came instead of it, or null
   */
  record Look(
      List<NodeLine> nodes,
      @Nullable DeploymentView deployment,
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
              ? Answers.need(server.nodes(null, null)).nodes()
              : Selection.some(server, selector);
      if (nodes.isEmpty()) {
        throw Failure.usage("there are no nodes yet; pullcord invite lets one join");
      }
      return new Look(nodes.stream().map(NodeLine::of).toList(), null, null);
    }

    @Override
    public String text() {
      return "";
    }
  }

  /**
   * One deployment on its nodes.
   *
   * @param id of the deployment
   * @param name what it is called in a line
   * @param selected which of its nodes; all when null
   */
  record OneDeployment(long id, String name, @Nullable Set<NodeName> selected)
      implements WaitTarget {
    static OneDeployment of(
        ServerClient server, DeploymentView deployment, @Nullable String selector) {
      Set<NodeName> selected =
          selector == null
              ? null
              : Selection.some(server, selector).stream()
                  .map(NodeView::name)
                  .collect(Collectors.toSet());
      String name = deployment.ref() + " " + deployment.commit().abbreviated();
      return new OneDeployment(deployment.id(), name, selected);
    }

    @Override
    public Look look(ServerClient server) {
      DeploymentView deployment = Answers.need(server.deployment(id));
      Long next = deployment.supersededBy();
      DeploymentView supersededBy = next == null ? null : Answers.need(server.deployment(next));
      List<NodeLine> nodes =
          deployment.present().stream()
              .filter(m -> selected == null || selected.contains(m.name()))
              .map(NodeLine::of)
              .toList();
      if (nodes.isEmpty() && supersededBy == null) {
        throw Failure.usage(
            "no node" + (selected == null ? "" : " of the selection") + " is to run " + name);
      }
      return new Look(nodes, deployment, supersededBy);
    }

    @Override
    public String text() {
      return " " + name;
    }
  }
}

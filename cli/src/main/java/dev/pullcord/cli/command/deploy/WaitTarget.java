package dev.pullcord.cli.command.deploy;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Selection;
import dev.pullcord.cli.command.view.FleetLines;
import dev.pullcord.cli.command.view.NodeLine;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.ServerClient;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.NodeView;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is waited for. */
sealed interface WaitTarget permits WaitTarget.OwnTargets, CommitTarget {
  /** Looks at it now. */
  Progress look(ServerClient server);

  /** The target in a few words, with a space before it; empty for the whole fleet. */
  String text();

  /**
   * A look.
   *
   * @param nodes those that are waited for, relative to the target
   * @param deployments those that are waited for; none when it is each node's own target, or a
   *     pin's
   * @param supersededBy what came instead of it, or null
   * @param unreached why what was pushed last to a branch that is waited for reaches no node, a
   *     line for each such branch
   */
  record Progress(
      List<NodeLine> nodes,
      List<DeploymentView> deployments,
      @Nullable DeploymentView supersededBy,
      List<String> unreached) {}

  /** Of each of these branches whose last push reaches no node, why. */
  static List<String> unreached(ServerClient server, Set<String> branches) {
    return unreached(Replies.need(server.fleet()).refs(), branches);
  }

  private static List<String> unreached(List<Fleet.Ref> refs, Set<String> branches) {
    return refs.stream()
        .filter(ref -> branches.contains(ref.ref()))
        .flatMap(ref -> ref.unreached().stream())
        .toList();
  }

  /**
   * Every node on whatever it is to run.
   *
   * @param selector which nodes; all when null
   */
  record OwnTargets(@Nullable String selector) implements WaitTarget {
    @Override
    public Progress look(ServerClient server) {
      if (selector != null) {
        Selection.check(selector);
      }
      // Asked before the nodes: where a branch is in no trouble, they know of its last push.
      List<Fleet.Ref> refs = Replies.need(server.fleet()).refs();
      List<NodeView> nodes =
          selector == null
              ? Replies.need(server.nodes(null, null)).nodes()
              : Selection.some(server, selector);
      if (nodes.isEmpty()) {
        throw Failure.usage("there are no nodes yet; pullcord invite lets one join");
      }
      List<NodeView> counting = FleetLines.counting(nodes);
      if (counting.isEmpty()) {
        throw Failure.usage(
            "every one of these nodes is suspended; pullcord resume-node ends that");
      }
      Set<String> branches = counting.stream().map(NodeView::source).collect(Collectors.toSet());
      return new Progress(
          counting.stream().map(NodeLine::of).toList(),
          List.of(),
          null,
          WaitTarget.unreached(refs, branches));
    }

    @Override
    public String text() {
      return "";
    }
  }
}

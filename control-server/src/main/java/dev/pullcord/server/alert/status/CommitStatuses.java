package dev.pullcord.server.alert.status;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.server.fleet.FleetSnapshot;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.store.DeploymentTable.StoredDeployment;
import dev.pullcord.server.store.RefTable.BranchHead;
import dev.pullcord.server.view.EqualFailures;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Works out the status of commits from the fleet as it is; pure. The count of a branch is every
 * node that is to run its head and is not suspended. A commit is green when each of them says, and
 * is believed, that it runs that commit.
 */
final class CommitStatuses {
  /** Branches below this are pushed to Pullcord itself; the host does not have their commits. */
  private static final String OWN = "pullcord/";

  private CommitStatuses() {}

  /** A commit's status, and how many nodes count for it. */
  record StatusOfNodes(CommitStatus status, int nodes) {}

  /** Of every commit that is the head of a branch. */
  static Map<CommitId, StatusOfNodes> of(FleetSnapshot fleet, URI url) {
    Map<CommitId, StatusOfNodes> all = new LinkedHashMap<>();
    fleet.heads().values().stream()
        .filter(h -> !h.ref().startsWith(OWN))
        .forEach(h -> all.merge(h.commit(), of(fleet, h, url), CommitStatuses::worse));
    return all;
  }

  /** A commit of two branches is as the one that is worse off, and as none without nodes. */
  private static StatusOfNodes worse(StatusOfNodes a, StatusOfNodes b) {
    if (a.nodes() == 0 || b.nodes() == 0) {
      return a.nodes() == 0 ? b : a;
    }
    return a.status().state().compareTo(b.status().state()) <= 0 ? a : b;
  }

  private static StatusOfNodes of(FleetSnapshot fleet, BranchHead head, URI url) {
    List<NodeRecord> followers =
        fleet.nodes().values().stream().filter(n -> head.ref().equals(n.branch())).toList();
    List<NodeRecord> nodes = followers.stream().filter(n -> n.suspension() == null).toList();
    List<NodeRecord> missing = nodes.stream().filter(n -> !runs(n, head.commit())).toList();
    Optional<StoredDeployment> deployment =
        fleet.live().values().stream()
            .filter(d -> d.ref().equals(head.ref()) && d.commit().equals(head.commit()))
            .findFirst();
    String link =
        deployment.map(d -> url.resolve("/ui/deployments/" + d.id()).toString()).orElse(null);
    if (nodes.isEmpty()) {
      String nobody =
          followers.isEmpty()
              ? "no node follows the branch"
              : "every node that follows the branch is suspended";
      return new StatusOfNodes(
          new CommitStatus(head.commit(), CommitStatus.State.PENDING, nobody, link), 0);
    }
    String ratio = nodes.size() - missing.size() + "/" + nodes.size();
    return new StatusOfNodes(status(head.commit(), ratio, missing, deployment, link), nodes.size());
  }

  private static boolean runs(NodeRecord node, CommitId commit) {
    return node.state() == NodeState.CONVERGED && commit.equals(node.decision().commit());
  }

  private static CommitStatus status(
      CommitId commit,
      String ratio,
      List<NodeRecord> missing,
      Optional<StoredDeployment> deployment,
      @Nullable String link) {
    if (missing.isEmpty()) {
      return new CommitStatus(
          commit, CommitStatus.State.SUCCESS, ratio + " converged" + took(deployment), link);
    }
    Map<NodeName, String> failed = new TreeMap<>();
    missing.stream()
        .filter(n -> n.state() == NodeState.FAILED || n.state() == NodeState.ROLLED_BACK)
        .filter(NodeRecord::settled)
        .forEach(n -> failed.put(n.name(), n.state().because(n.reason())));
    return failed.isEmpty()
        ? new CommitStatus(commit, CommitStatus.State.PENDING, ratio + " nodes", link)
        : new CommitStatus(
            commit, CommitStatus.State.FAILURE, ratio + ": " + EqualFailures.grouped(failed), link);
  }

  private static String took(Optional<StoredDeployment> deployment) {
    return deployment
        .filter(d -> d.convergedAt() != null)
        .map(d -> " in " + Durations.human(Duration.between(d.startedAt(), d.convergedAt())))
        .orElse("");
  }

  /** The last word on a commit that no branch leads to any more; empty to leave what it has. */
  static Optional<CommitStatus> last(FleetSnapshot fleet, CommitStatus told) {
    Optional<BranchHead> after =
        fleet.heads().values().stream().filter(h -> told.commit().equals(h.before())).findFirst();
    Optional<BranchHead> back = after.filter(h -> h.rollback() != null);
    if (back.isPresent()) {
      BranchHead head = back.get();
      String words = "rolled back to %s by %s: %s";
      return Optional.of(
          new CommitStatus(
              told.commit(),
              CommitStatus.State.FAILURE,
              words.formatted(head.commit().abbreviated(), head.pushedBy(), head.rollback()),
              told.link()));
    }
    if (told.state() != CommitStatus.State.PENDING) {
      return Optional.empty();
    }
    String by = after.map(h -> h.commit().abbreviated()).orElse("a newer commit");
    return Optional.of(
        new CommitStatus(
            told.commit(),
            CommitStatus.State.FAILURE,
            "superseded by " + by + " at " + told.description(),
            told.link()));
  }
}

package dev.pullcord.server.dashboard.remedy;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.RollbackView;
import dev.pullcord.protocol.error.CodedText;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.unit.Counted;
import dev.pullcord.protocol.unit.NameList;
import dev.pullcord.protocol.unit.ShellWord;
import dev.pullcord.server.dashboard.Dashboard;
import dev.pullcord.server.dashboard.Html;
import dev.pullcord.server.dashboard.PageSupport;
import dev.pullcord.server.dashboard.Pages;
import dev.pullcord.server.desired.CommitHistory;
import dev.pullcord.server.desired.CommitSource;
import dev.pullcord.server.operations.NodeOperations;
import dev.pullcord.server.operations.hold.RollbackOperations;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.view.FleetReader;
import dev.pullcord.server.view.Selector;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a retry or a rollback before it is done. What is then confirmed is what was seen: the
 * names of nodes, and the commit to go back to.
 */
public final class RemedyPages implements Pages {
  private static final int NODES_MAX = 500;
  private static final int NODES_LOOKED_AT = 10_000;
  private static final int NAMED = 10;
  private static final Set<NodeState> FAILED = EnumSet.of(NodeState.FAILED, NodeState.ROLLED_BACK);

  private final FleetReader fleet;
  private final NodeOperations operations;
  private final RollbackOperations rollbacks;
  private final CommitSource commits;
  private final CommitHistory history;

  /** The pages of that fleet. */
  public RemedyPages(
      FleetReader fleet,
      NodeOperations operations,
      RollbackOperations rollbacks,
      CommitSource commits,
      CommitHistory history) {
    this.fleet = fleet;
    this.operations = operations;
    this.rollbacks = rollbacks;
    this.commits = commits;
    this.history = history;
  }

  /**
   * A retry that is not asked for yet.
   *
   * @param byReason the nodes that failed, by what they failed for
   * @param left how many more failed: too many for one retry
   */
  record Retry(Html.Frame frame, Map<String, List<NodeView>> byReason, int left, Instant now) {
    int count() {
      return byReason.values().stream().mapToInt(List::size).sum();
    }

    String names() {
      return byReason.values().stream()
          .flatMap(List::stream)
          .map(n -> n.name().value())
          .collect(Collectors.joining(" "));
    }

    List<String> commands() {
      return List.of("pullcord retry " + names());
    }
  }

  /**
   * A rollback that is not done yet.
   *
   * @param rollback from what to what
   * @param subject of the commit to go back to
   * @param undone the subject of the commit that they run
   * @param nodes that go back: not those that are to run that commit already
   * @param changes what that changes on them
   */
  record Rollback(
      Html.Frame frame,
      RollbackView rollback,
      String subject,
      String undone,
      List<NodeName> nodes,
      List<String> changes,
      Instant now) {
    List<String> commands() {
      String ref = ShellWord.of(rollback.ref());
      return List.of(
          "pullcord rollback "
              + ref
              + " --to "
              + rollback.commit().abbreviated()
              + " --reason 'why'",
          "pullcord rollback " + ref + " --end");
    }

    List<NodeName> named() {
      return nodes.subList(0, Math.min(NAMED, nodes.size()));
    }

    /**
     * The way that leaves the branch itself mended. It names the repository by its address, because
     * nobody knows what the reader's clone calls it.
     */
    String revert() {
      return "git revert --no-edit "
          + rollback.from().abbreviated()
          + " && git push "
          + (frame.links().mirrored() ? "origin" : ShellWord.of(frame.addresses().git()))
          + " "
          + ShellWord.of("HEAD:" + rollback.ref());
    }
  }

  @Override
  public List<Dashboard.Route> routes(PageSupport support) {
    return List.of(
        support.page("/ui/retry", ctx -> foreseeRetry(support, ctx)),
        support.form("/ui/retry", _ -> "/ui", this::retry),
        support.page("/ui/rollback", ctx -> foreseeRollback(support, ctx)));
  }

  private void foreseeRetry(PageSupport support, Context ctx) {
    String deployment = param(ctx, "deployment");
    List<NodeView> failed =
        fleet.nodes(Selector.ALL, FAILED, null, NODES_LOOKED_AT).stream()
            .filter(n -> n.contact() == null || n.contact().alarm() == null)
            // The fleet's page does not count those that are suspended.
            .filter(n -> deployment == null ? n.suspension() == null : of(n, deployment))
            .toList();
    List<NodeView> shown = failed.subList(0, Math.min(NODES_MAX, failed.size()));
    Map<String, List<NodeView>> byReason = new TreeMap<>();
    shown.forEach(n -> byReason.computeIfAbsent(n.reason(), _ -> new ArrayList<>()).add(n));
    support.show(
        ctx,
        HttpStatus.OK,
        "remedy/retry.jte",
        new Retry(support.frame(ctx), byReason, failed.size() - shown.size(), support.now()));
  }

  private static boolean of(NodeView node, String deployment) {
    return node.deployment() != null && node.deployment().toString().equals(deployment);
  }

  private String retry(Context ctx, Principal who) {
    List<String> done = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    String names = Optional.ofNullable(ctx.formParam("names")).orElse("");
    List<String> asked = List.of(names.strip().split("\\s+"));
    if (asked.size() > NODES_MAX) {
      throw new Refusal(
          Refusal.Kind.INVALID,
          "NODES",
          "more than " + NODES_MAX + " nodes; retry fewer at once",
          "names");
    }
    for (String name : asked) {
      try {
        done.add(operations.retry(who, new NodeName(name)).name().value());
      } catch (Refusal | IllegalArgumentException e) {
        refused.add(name + ": " + CodedText.sentence(String.valueOf(e.getMessage())));
      }
    }
    if (!refused.isEmpty()) {
      throw new Refusal(
          Refusal.Kind.INVALID,
          "NOT_ALL",
          "%s again. Not so %s"
              .formatted(
                  Counted.of(done.size(), "node") + (done.size() == 1 ? " tries" : " try"),
                  NameList.folded(refused, NAMED)),
          "names");
    }
    return NameList.folded(done, NAMED) + (done.size() == 1 ? " tries again." : " try again.");
  }

  private void foreseeRollback(PageSupport support, Context ctx) {
    RollbackView rollback =
        rollbacks.foresee(
            support.who(ctx), Optional.ofNullable(param(ctx, "ref")).orElse(""), param(ctx, "to"));
    List<NodeName> nodes =
        fleet.nodes(Selector.ALL, Set.of(), null, NODES_LOOKED_AT).stream()
            .filter(n -> n.wouldLeaveFor(rollback.ref(), rollback.commit()))
            .map(NodeView::name)
            .toList();
    CommitId present =
        fleet.deployments(rollback.ref(), Long.MAX_VALUE, 1).stream()
            .map(DeploymentView::commit)
            .findFirst()
            .orElse(rollback.from());
    support.show(
        ctx,
        HttpStatus.OK,
        "remedy/rollback.jte",
        new Rollback(
            support.frame(ctx),
            rollback,
            subject(rollback.commit()),
            subject(present),
            nodes,
            history.changes(present, rollback.commit()),
            support.now()));
  }

  private String subject(CommitId commit) {
    return commits.info(commit).map(CommitSource.CommitInfo::subject).orElse("");
  }

  private static @Nullable String param(Context ctx, String name) {
    String text = ctx.queryParam(name);
    return text == null || text.isBlank() ? null : text.strip();
  }
}

package dev.pullcord.server.dashboard.deployment;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.RolloutAct;
import dev.pullcord.protocol.api.RolloutView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.dashboard.Dashboard;
import dev.pullcord.server.dashboard.Html;
import dev.pullcord.server.dashboard.PageSupport;
import dev.pullcord.server.dashboard.Pages;
import dev.pullcord.server.desired.CommitHistory;
import dev.pullcord.server.desired.CommitSource;
import dev.pullcord.server.operations.RolloutOperations;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.DeploymentTable;
import dev.pullcord.server.view.FleetReader;
import dev.pullcord.server.view.NodeHold;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The history of deployments, and one of them: its curve, its nodes, what it changed. */
public final class DeploymentPages implements Pages {

  private static final int BRANCHES_SHOWN = 100;
  private static final int NODES_SHOWN = 500;
  private static final int TRANSCRIPTS_SHOWN = 20;

  private final FleetReader fleet;
  private final CommitSource commits;
  private final CommitHistory history;
  private final RolloutOperations operations;

  /**
   * The pages.
   *
   * @param fleet what is shown
   * @param commits the branches to choose from
   * @param history what a deployment changed
   * @param operations what is ordered of its rollout
   */
  public DeploymentPages(
      FleetReader fleet,
      CommitSource commits,
      CommitHistory history,
      RolloutOperations operations) {
    this.fleet = fleet;
    this.commits = commits;
    this.history = history;
    this.operations = operations;
  }

  /** The history. */
  record All(
      Html.Frame frame,
      Listing.Filter filter,
      Listing listing,
      List<String> branches,
      Instant now) {}

  @Override
  public List<Dashboard.Route> routes(PageSupport support) {
    return List.of(
        support.page("/ui/deployments", ctx -> all(support, ctx)),
        support.page("/ui/deployments/{id}", ctx -> one(support, ctx)),
        support.form("/ui/deployments/{id}/rollout", DeploymentPages::page, this::steer));
  }

  private static String page(Context ctx) {
    return "/ui/deployments/" + ctx.pathParam("id");
  }

  private String steer(Context ctx, Principal who) {
    DeploymentView deployment = deployment(ctx.pathParam("id"));
    String word = Optional.ofNullable(ctx.formParam("act")).orElse("");
    RolloutAct act =
        Arrays.stream(RolloutAct.values())
            .filter(a -> a.word().equals(word))
            .findFirst()
            .orElseThrow(
                () -> invalid("act", word + " is no order: pause, resume or promote expected"));
    if (deployment.supersededBy() != null) {
      throw new Refusal(
          Refusal.Kind.CONFLICT,
          "ROLLOUT_STATE",
          "a newer commit took the place of this one; steer deployment "
              + deployment.supersededBy(),
          "id");
    }
    RolloutView now =
        operations.order(
            who,
            deployment.ref(),
            act,
            new RolloutView.Request(ctx.formParam("reason"), deployment.commit()));
    return "The rollout to " + now.ref() + " is " + act.past() + ".";
  }

  private void all(PageSupport support, Context ctx) {
    Listing.Filter filter = filter(ctx);
    List<String> branches = new ArrayList<>(commits.heads().keySet());
    // A branch that is gone still has a history, and a reader who chose it still sees the choice.
    if (filter.ref() != null && !branches.contains(filter.ref())) {
      branches.addFirst(filter.ref());
    }
    support.show(
        ctx,
        HttpStatus.OK,
        "deployment/deployments.jte",
        new All(
            support.frame(ctx),
            filter,
            Listing.read(fleet, filter),
            branches.stream().limit(BRANCHES_SHOWN).toList(),
            support.now()));
  }

  private static Listing.Filter filter(Context ctx) {
    String ref = query(ctx, "ref");
    String state = query(ctx, "state");
    String before = query(ctx, "before");
    DeploymentSign sign =
        state == null
            ? null
            : DeploymentSign.named(state)
                .orElseThrow(() ->
                    invalid(
                        "state",
                        state
                            + " is no state of a deployment: running, converged, incomplete or"
                            + " superseded expected"));
    return new Listing.Filter(
        ref, sign, before == null ? Long.MAX_VALUE : number(before, "before"));
  }

  private static long number(String text, String field) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException _) {
      throw invalid(field, text + " is no number of a deployment: digits expected");
    }
  }

  private static Refusal invalid(String field, String detail) {
    return new Refusal(Refusal.Kind.INVALID, "INVALID", detail, field);
  }

  private static @Nullable String query(Context ctx, String name) {
    String value = ctx.queryParam(name);
    return value == null || value.isBlank() ? null : value.strip();
  }

  private void one(PageSupport support, Context ctx) {
    DeploymentView deployment = deployment(ctx.pathParam("id"));
    String only = query(ctx, "node");
    List<DeploymentView.Member> members =
        deployment.members().stream()
            .filter(m -> only == null || m.name().value().equals(only))
            .sorted(NodePart.STRAGGLERS_FIRST)
            .toList();
    if (only != null && members.isEmpty()) {
      throw missing(
          only
              + " is no node of deployment "
              + deployment.id()
              + "; the deployment's page lists its nodes");
    }
    Instant now = support.now();
    // A page that only renews its live part does not show this again, and trees can be large.
    boolean renewed = ctx.header("HX-Request") != null;
    support.show(
        ctx,
        HttpStatus.OK,
        "deployment/deployment.jte",
        new DeploymentPage(
            support.frame(ctx),
            deployment,
            Curve.of(deployment, now),
            shown(deployment, members, only, now),
            renewed ? Changed.NOT_READ : Changed.read(fleet, history, deployment),
            fleet.rollout(deployment.id()).filter(RolloutView::inWaves).orElse(null),
            now));
  }

  private ShownNodes shown(
      DeploymentView deployment,
      List<DeploymentView.Member> members,
      @Nullable String only,
      Instant now) {
    Map<NodeName, NodeHold> holds =
        deployment.supersededBy() == null ? holds(deployment, members) : Map.of();
    List<NodePart> nodes = new ArrayList<>();
    for (DeploymentView.Member m : members.subList(0, Math.min(members.size(), NODES_SHOWN))) {
      boolean read = nodes.size() < TRANSCRIPTS_SHOWN;
      nodes.add(
          NodePart.of(
              deployment, m, read ? transcript(deployment, m) : null, holds.get(m.name()), now));
    }
    return new ShownNodes(nodes, members.size() - nodes.size(), only, holds);
  }

  /** What keeps nodes from its commit: all that failed, and those that come first on the page. */
  private Map<NodeName, NodeHold> holds(
      DeploymentView deployment, List<DeploymentView.Member> members) {
    Map<NodeName, NodeHold> holds = new LinkedHashMap<>();
    Stream.concat(
            members.stream().limit(TRANSCRIPTS_SHOWN).filter(m -> m.state() != NodeState.CONVERGED),
            deployment.members().stream().filter(NodePart::failedEver))
        .map(DeploymentView.Member::name)
        .distinct()
        .forEach(name ->
            fleet
                .hold(name)
                .filter(hold -> deployment.commit().equals(hold.commit()))
                .ifPresent(hold -> holds.put(name, hold)));
    return holds;
  }

  private DeploymentView.Transcript transcript(
      DeploymentView deployment, DeploymentView.Member member) {
    long id = deployment.id();
    return fleet
        .transcript(id, member.name())
        .orElseGet(() -> new DeploymentView.Transcript(id, member.name(), List.of(), null));
  }

  private DeploymentView deployment(String id) {
    return (id.matches("[0-9]{1,18}")
            ? fleet.deployment(Long.parseLong(id))
            : Optional.<DeploymentView>empty())
        .orElseThrow(() ->
            missing(
                "there is no deployment %s (any more: of a branch the newest %d are kept); the"
                        .formatted(id, DeploymentTable.KEPT)
                    + " page of deployments lists them"));
  }

  private static Refusal missing(String detail) {
    return new Refusal(Refusal.Kind.NOT_FOUND, "DEPLOYMENT_MISSING", detail, "id");
  }
}

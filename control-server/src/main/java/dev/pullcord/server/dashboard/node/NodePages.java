package dev.pullcord.server.dashboard.node;

import dev.pullcord.protocol.api.HistoryView;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.dashboard.Dashboard;
import dev.pullcord.server.dashboard.Html;
import dev.pullcord.server.dashboard.Moment;
import dev.pullcord.server.dashboard.PageSupport;
import dev.pullcord.server.dashboard.Pages;
import dev.pullcord.server.dashboard.Pass;
import dev.pullcord.server.dashboard.StateSign;
import dev.pullcord.server.desired.CommitHistory;
import dev.pullcord.server.desired.CommitSource;
import dev.pullcord.server.operations.Operations;
import dev.pullcord.server.view.FleetReader;
import dev.pullcord.server.view.NodeHold;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The page of one node. A pin is shown before it is made: what the node will run, what restarts,
 * until when, and what comes after. What the page's forms do is in {@link NodeForms}.
 */
public final class NodePages implements Pages {
  private static final int STEPS_SHOWN = 200;
  private static final int RUNS_SHOWN = 20;
  private static final int BRANCHES_SHOWN = 100;
  static final String NODE = "/ui/nodes/{name}";

  private final FleetReader fleet;
  private final Operations operations;
  private final CommitSource commits;
  private final CommitHistory history;
  private final NodeForms forms;

  /**
   * The pages.
   *
   * @param fleet what is shown
   * @param operations what forms do
   * @param commits what a pin would lead to
   * @param history what it would change
   */
  public NodePages(
      FleetReader fleet, Operations operations, CommitSource commits, CommitHistory history) {
    this.fleet = fleet;
    this.operations = operations;
    this.commits = commits;
    this.history = history;
    this.forms = new NodeForms(fleet, operations);
  }

  private NodePage.Past past(NodeView node, Instant now) {
    return new NodePage.Past(
        Pass.of(
            fleet.lastSteps(node.name(), STEPS_SHOWN),
            node,
            fleet.underWay(node.name()).orElse(null),
            now),
        fleet.history(node.name(), null, RUNS_SHOWN).map(HistoryView::runs).orElse(List.of()));
  }

  /** A commit for reading; the subject is empty where it is not known. */
  record Commit(String id, String subject, String author) {
    String digits() {
      return id.substring(0, 7);
    }
  }

  /**
   * A pin that is not made yet.
   *
   * @param duration as it was typed
   * @param changes what it changes on this node
   * @param branch whether pushes to it reach the node while it lasts
   */
  record Foreseen(
      Html.Frame frame,
      NodeView node,
      PinView pin,
      Commit commit,
      String duration,
      List<String> changes,
      boolean branch,
      Instant now) {
    Moment ends() {
      return new Moment(pin.expiresAt());
    }
  }

  @Override
  public List<Dashboard.Route> routes(PageSupport support) {
    List<Dashboard.Route> pages =
        List.of(
            support.page(NODE, ctx -> show(support, ctx)),
            support.answering(NODE + "/foresee-pin", ctx -> foresee(support, ctx)));
    return Stream.concat(pages.stream(), forms.routes(support).stream()).toList();
  }

  private void show(PageSupport support, Context ctx) {
    NodeView node = forms.node(ctx);
    CommitId home = commits.heads().get(node.ref());
    NodeHold hold = fleet.hold(node.name()).orElse(null);
    NodePage view =
        new NodePage(
            support.frame(ctx),
            node,
            StateSign.of(node.state()),
            new NodePage.Commits(
                commit(node.targetCommit()),
                commit(node.appliedCommit()),
                hold == null ? null : commit(hold.commit())),
            past(node, support.now()),
            commits.heads().keySet().stream().limit(BRANCHES_SHOWN).toList(),
            hold,
            node.pin() == null || home == null
                ? List.of()
                : history.changes(node.appliedCommit(), home),
            support.now());
    support.show(ctx, HttpStatus.OK, "node/node.jte", view);
  }

  private void foresee(PageSupport support, Context ctx) {
    NodeView node = forms.node(ctx);
    PinView pin =
        operations.pins().foresee(support.who(ctx), node.name(), NodeForms.pinRequest(ctx));
    support.show(
        ctx,
        HttpStatus.OK,
        "node/foreseen.jte",
        new Foreseen(
            support.frame(ctx),
            node,
            pin,
            named(pin.commit()),
            NodeForms.param(ctx, "for"),
            history.changes(node.appliedCommit(), pin.commit()),
            commits.heads().containsKey(pin.ref()),
            support.now()));
  }

  private @Nullable Commit commit(@Nullable CommitId id) {
    return id == null ? null : named(id);
  }

  private Commit named(CommitId id) {
    CommitSource.CommitInfo info =
        commits.info(id).orElse(new CommitSource.CommitInfo("", "unknown"));
    return new Commit(id.value(), info.subject(), info.author());
  }
}

package dev.pullcord.server.dashboard.node;

import dev.pullcord.protocol.api.HistoryView;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.contact.NodeFacts;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.dashboard.Dashboard;
import dev.pullcord.server.dashboard.Html;
import dev.pullcord.server.dashboard.Moment;
import dev.pullcord.server.dashboard.PageSupport;
import dev.pullcord.server.dashboard.Pages;
import dev.pullcord.server.dashboard.Pass;
import dev.pullcord.server.dashboard.StateSign;
import dev.pullcord.server.desired.CommitHistory;
import dev.pullcord.server.desired.CommitSource;
import dev.pullcord.server.operations.FleetOperations;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.view.FleetReader;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
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
  private static final Pattern REMOVAL =
      Pattern.compile("(^| )If [^:.]*: pullcord node remove \\S+");
  private static final Pattern SHOWN_BELOW =
      Pattern.compile("(^| )It is (suspended by|pinned to) .*");
  static final String NODE = "/ui/nodes/{name}";

  private final FleetReader fleet;
  private final FleetOperations operations;
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
      FleetReader fleet, FleetOperations operations, CommitSource commits, CommitHistory history) {
    this.fleet = fleet;
    this.operations = operations;
    this.commits = commits;
    this.history = history;
    this.forms = new NodeForms(fleet, operations);
  }

  /**
   * The page.
   *
   * @param passes what the node did, newest first
   * @param history what ran on it, newest first
   * @param branches what it could follow
   * @param after what the end of its pin would change; empty while it is not pinned
   */
  record View(
      Html.Frame frame,
      NodeView node,
      StateSign sign,
      @Nullable Commit target,
      @Nullable Commit applied,
      List<Pass> passes,
      List<HistoryView.Run> history,
      List<String> branches,
      List<String> after,
      Instant now) {
    Moment moment(Instant at) {
      return new Moment(at);
    }

    /**
     * What the paragraph of the API says beyond state, time and reason, which stand above it, and
     * without the commands that the page has a button for.
     */
    String advice() {
      String head = ": " + node.reason() + ". ";
      int at = node.why().indexOf(head);
      String advice = at < 0 ? node.why() : node.why().substring(at + head.length());
      String shown = removable() ? REMOVAL.matcher(advice).replaceFirst("") : advice;
      return SHOWN_BELOW.matcher(shown).replaceFirst("").strip();
    }

    /** Whether it may be gone for good, and the reader may take it out. */
    boolean removable() {
      return frame.may(Principal.Role.ADMIN)
          && (node.state() == NodeState.NEVER_SEEN || node.state() == NodeState.OFFLINE);
    }

    /** What its agent said of the host; null before that. */
    @Nullable NodeFacts facts() {
      return node.host() == null ? null : node.host().facts();
    }

    /** Whether it failed at what it was told; with an alarm, no retry helps. */
    boolean failed() {
      boolean failed = node.state() == NodeState.FAILED || node.state() == NodeState.ROLLED_BACK;
      return failed && (node.contact() == null || node.contact().alarm() == null);
    }

    /** Whether the page has no button for what the API advises. */
    boolean advised() {
      return !failed() && !advice().isEmpty() && draining() == null && node.stopped().isEmpty();
    }

    /** The oldest generation that finishes its work; null without one. */
    @Nullable Long draining() {
      return node.workers().values().stream()
          .flatMap(w -> w.generations().stream())
          .filter(g -> g.phase() == GenerationPhase.DRAINING && g.pid() != 0)
          .map(GenerationStatus::number)
          .min(Long::compare)
          .orElse(null);
    }

    /** The workers that something can be asked of. */
    Set<String> workers() {
      Set<String> names = new TreeSet<>(node.workers().keySet());
      names.addAll(node.stopped().keySet());
      return names;
    }

    /** Those that can be killed, with what they are called. */
    Map<Long, String> killable() {
      Map<Long, String> killable = new TreeMap<>();
      node.workers()
          .forEach((worker, status) ->
              status.generations().stream()
                  .filter(g -> g.pid() != 0)
                  .filter(g ->
                      g.phase() == GenerationPhase.CONSUMING
                          || g.phase() == GenerationPhase.DRAINING)
                  .forEach(g ->
                      killable.put(
                          g.number(), g.number() + ": " + worker + ", " + g.phase().wireName())));
      return killable;
    }

    /** Whether it says more from second to second. */
    boolean busy() {
      return node.state() == NodeState.APPLYING || passes.stream().anyMatch(Pass::running);
    }
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
    View view =
        new View(
            support.frame(ctx),
            node,
            StateSign.of(node.state()),
            commit(node.targetCommit()),
            commit(node.appliedCommit()),
            Pass.of(
                fleet.lastSteps(node.name(), STEPS_SHOWN),
                node,
                fleet.underWay(node.name()).orElse(null),
                support.now()),
            fleet.history(node.name(), null, RUNS_SHOWN).map(HistoryView::runs).orElse(List.of()),
            commits.heads().keySet().stream().limit(BRANCHES_SHOWN).toList(),
            node.pin() == null || home == null
                ? List.of()
                : history.changes(node.appliedCommit(), home),
            support.now());
    support.show(ctx, HttpStatus.OK, "node/node.jte", view);
  }

  private void foresee(PageSupport support, Context ctx) {
    NodeView node = forms.node(ctx);
    PinView pin = operations.foresee(support.who(ctx), node.name(), NodeForms.pinRequest(ctx));
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

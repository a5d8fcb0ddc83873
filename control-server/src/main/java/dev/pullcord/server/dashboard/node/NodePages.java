package dev.pullcord.server.dashboard.node;

import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.api.Requests;
import dev.pullcord.protocol.api.WorkerAct;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.id.Shown;
import dev.pullcord.protocol.report.GenerationPhase;
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
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.view.FleetReader;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The page of one node, and its forms: pin, unpin, follow, retry, workers, labels, remove. A pin is
 * shown before it is made: what the node will run, what restarts, until when, and what comes after.
 */
public final class NodePages implements Pages {
  private static final int STEPS_SHOWN = 200;
  private static final int BRANCHES_SHOWN = 100;
  private static final String NODE = "/ui/nodes/{name}";

  private final FleetReader fleet;
  private final FleetOperations operations;
  private final CommitSource commits;
  private final CommitHistory history;

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
  }

  /**
   * The page.
   *
   * @param passes what the node did, newest first
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
      List<String> branches,
      List<String> after,
      Instant now) {
    Moment moment(Instant at) {
      return new Moment(at);
    }

    /** What the paragraph of the API says beyond state, time and reason, which stand above it. */
    String advice() {
      String head = ": " + node.reason() + ". ";
      int at = node.why().indexOf(head);
      return at < 0 ? node.why() : node.why().substring(at + head.length());
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
    return List.of(
        support.page(NODE, ctx -> show(support, ctx)),
        support.answering(NODE + "/foresee-pin", ctx -> foresee(support, ctx)),
        support.form(NODE + "/pin", NodePages::page, this::pin),
        support.form(NODE + "/unpin", NodePages::page, this::unpin),
        support.form(NODE + "/follow", NodePages::page, this::follow),
        support.form(NODE + "/labels", NodePages::page, this::label),
        support.form(NODE + "/retry", NodePages::page, this::retry),
        support.form(NODE + "/worker", NodePages::page, this::order),
        support.form(NODE + "/kill", NodePages::page, this::kill),
        support.form(NODE + "/remove", _ -> "/ui", this::remove));
  }

  private void show(PageSupport support, Context ctx) {
    NodeView node = node(ctx);
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
            commits.heads().keySet().stream().limit(BRANCHES_SHOWN).toList(),
            node.pin() == null || home == null
                ? List.of()
                : history.changes(node.appliedCommit(), home),
            support.now());
    support.show(ctx, HttpStatus.OK, "node/node.jte", view);
  }

  private void foresee(PageSupport support, Context ctx) {
    NodeView node = node(ctx);
    PinView pin = operations.foresee(support.who(ctx), node.name(), request(ctx));
    support.show(
        ctx,
        HttpStatus.OK,
        "node/foreseen.jte",
        new Foreseen(
            support.frame(ctx),
            node,
            pin,
            named(pin.commit()),
            param(ctx, "for"),
            history.changes(node.appliedCommit(), pin.commit()),
            commits.heads().containsKey(pin.ref()),
            support.now()));
  }

  private String pin(Context ctx, Principal who) {
    PinView pin = operations.pin(who, name(ctx), request(ctx));
    return pin.node() + " is pinned to " + pin.ref() + " until " + pin.expiresAt() + ".";
  }

  private String unpin(Context ctx, Principal who) {
    NodeView node = node(ctx);
    operations.unpin(who, node.name());
    return node.name() + " is no longer pinned; it follows " + node.ref() + ".";
  }

  private String follow(Context ctx, Principal who) {
    NodeView node = operations.follow(who, name(ctx), param(ctx, "ref"));
    return node.name() + " follows " + node.ref() + ".";
  }

  private String label(Context ctx, Principal who) {
    String remove = param(ctx, "remove");
    String add = param(ctx, "add");
    Requests.Labels change =
        remove.isEmpty()
            ? new Requests.Labels(labels(add), null)
            : new Requests.Labels(null, List.of(remove));
    NodeView node = operations.label(who, name(ctx), change);
    return remove.isEmpty()
        ? node.name() + " has the label " + add + "."
        : node.name() + " has no label " + remove + " any more.";
  }

  private static Map<String, String> labels(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw new Refusal(
          Refusal.Kind.MALFORMED,
          "VALUE",
          Shown.of(text) + " is no label: NAME=VALUE expected, as role=grep",
          "add");
    }
    return Map.of(text.substring(0, equals).strip(), text.substring(equals + 1).strip());
  }

  private String retry(Context ctx, Principal who) {
    return operations.retry(who, name(ctx)).name() + " tries again.";
  }

  private String order(Context ctx, Principal who) {
    String word = param(ctx, "act");
    WorkerAct act =
        Arrays.stream(WorkerAct.values())
            .filter(a -> a.word().equals(word))
            .findFirst()
            .orElseThrow(() ->
                new Refusal(
                    Refusal.Kind.MALFORMED,
                    "VALUE",
                    Shown.of(word) + " is not stop, start or restart",
                    "act"));
    String worker = param(ctx, "worker");
    NodeView node = operations.order(who, name(ctx), worker, act, param(ctx, "reason"));
    return "Worker " + worker + " of " + node.name() + " is being " + act.past() + ".";
  }

  private String kill(Context ctx, Principal who) {
    String number = param(ctx, "generation");
    if (!number.matches("[0-9]{1,18}")) {
      throw new Refusal(
          Refusal.Kind.MALFORMED,
          "VALUE",
          Shown.of(number) + " is not the number of a generation",
          "generation");
    }
    long generation = Long.parseLong(number);
    NodeView node = operations.kill(who, name(ctx), generation, param(ctx, "reason"));
    return "Generation " + generation + " of " + node.name() + " is being killed.";
  }

  private String remove(Context ctx, Principal who) {
    NodeName name = name(ctx);
    if (!param(ctx, "sure").equals(name.value())) {
      throw new Refusal(
          Refusal.Kind.INVALID, "NOT_SURE", "type " + name + " to remove the node", "sure");
    }
    operations.remove(who, name);
    return name + " is removed: its key is worth nothing any more.";
  }

  private static PinView.Request request(Context ctx) {
    return new PinView.Request(param(ctx, "ref"), param(ctx, "for"), param(ctx, "reason"));
  }

  private NodeView node(Context ctx) {
    NodeName name = name(ctx);
    return fleet
        .node(name)
        .orElseThrow(() ->
            new Refusal(
                Refusal.Kind.NOT_FOUND, "NODE_MISSING", "there is no node " + name, "name"));
  }

  private static NodeName name(Context ctx) {
    try {
      return new NodeName(ctx.pathParam("name"));
    } catch (IllegalArgumentException e) {
      throw new Refusal(Refusal.Kind.NOT_FOUND, "NODE_MISSING", e.getMessage() + "", "name");
    }
  }

  private static String page(Context ctx) {
    return "/ui/nodes/" + name(ctx);
  }

  private static String param(Context ctx, String name) {
    return Optional.ofNullable(ctx.formParam(name)).orElse("").strip();
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

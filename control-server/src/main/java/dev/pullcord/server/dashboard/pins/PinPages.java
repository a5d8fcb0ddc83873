package dev.pullcord.server.dashboard.pins;

import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.unit.NameList;
import dev.pullcord.server.dashboard.Dashboard;
import dev.pullcord.server.dashboard.Html;
import dev.pullcord.server.dashboard.Moment;
import dev.pullcord.server.dashboard.PageSupport;
import dev.pullcord.server.dashboard.Pages;
import dev.pullcord.server.desired.CommitHistory;
import dev.pullcord.server.desired.CommitSource;
import dev.pullcord.server.operations.PinOperations;
import dev.pullcord.server.refusal.ProblemMapping;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.view.FleetReader;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The page of all pins. New ones are shown before they are made: which nodes move from what to
 * what. What is then confirmed is that list of nodes, not the labels that chose it, so that a node
 * which gets the label meanwhile is not pinned unseen.
 */
public final class PinPages implements Pages {
  static final int ROWS = 500;
  private static final int BRANCHES = 100;
  private static final int NAMED = 10;

  /** So far back in the audit log is looked for pins that have ended. */
  private static final int AUDITED = 500;

  private static final String PINS = "/ui/pins";

  private final FleetReader fleet;
  private final PinOperations operations;
  private final CommitSource commits;
  private final CommitHistory history;
  private final IntFunction<List<AuditTable.Act>> audit;

  /**
   * The page.
   *
   * @param fleet what is shown
   * @param operations what forms do
   * @param commits what a pin leads to
   * @param history what it changes
   * @param audit the newest so many entries
   */
  public PinPages(
      FleetReader fleet,
      PinOperations operations,
      CommitSource commits,
      CommitHistory history,
      IntFunction<List<AuditTable.Act>> audit) {
    this.fleet = fleet;
    this.operations = operations;
    this.commits = commits;
    this.history = history;
    this.audit = audit;
  }

  /**
   * The page.
   *
   * @param rows in order of node
   * @param notShown how many more there are
   * @param branches what a pin could be to
   * @param asked what the form says
   * @param problem why it could not be foreseen
   */
  record View(
      Html.Frame frame,
      List<PinRow> rows,
      int notShown,
      List<EndedPin> ended,
      List<String> branches,
      PinForm asked,
      @Nullable String problem,
      Instant now) {}

  /**
   * Pins that are not made yet.
   *
   * @param pin the first of them; the others differ in the node alone
   * @param nodes whom it is about
   * @param moves what each would move from
   * @param branch whether pushes to it reach the nodes while it lasts
   */
  record Foreseen(
      Html.Frame frame,
      PinForm asked,
      PinView pin,
      String subject,
      List<NodeView> nodes,
      List<Move> moves,
      boolean branch,
      Instant now) {
    Moment ends() {
      return new Moment(pin.expiresAt());
    }

    String names() {
      return nodes.stream().map(n -> n.name().value()).collect(Collectors.joining(" "));
    }

    /** {@code web-1}, or {@code 3 nodes}. */
    String whom() {
      return count(nodes);
    }

    /** The branches that they come back to. */
    List<String> homes() {
      return nodes.stream().map(NodeView::ref).distinct().sorted().toList();
    }

    String command() {
      return asked.command(nodes, pin);
    }
  }

  @Override
  public List<Dashboard.Route> routes(PageSupport support) {
    return List.of(
        support.page(PINS, ctx -> show(support, ctx, HttpStatus.OK, PinForm.NOTHING, null)),
        support.answering(PINS + "/foresee", ctx -> foresee(support, ctx)),
        support.form(PINS, _ -> PINS, this::pin),
        support.form(PINS + "/{name}/unpin", _ -> PINS, this::unpin));
  }

  private void show(
      PageSupport support,
      Context ctx,
      HttpStatus status,
      PinForm asked,
      @Nullable String problem) {
    List<PinView> pins = fleet.pins();
    View view =
        new View(
            support.frame(ctx),
            rows(pins),
            Math.max(0, pins.size() - ROWS),
            EndedPin.of(audit.apply(AUDITED)),
            commits.heads().keySet().stream().sorted().limit(BRANCHES).toList(),
            asked,
            problem,
            support.now());
    support.show(ctx, status, "pins/pins.jte", view);
  }

  private List<PinRow> rows(List<PinView> pins) {
    Map<String, CommitId> heads = commits.heads();
    Map<String, String> kinds = new HashMap<>();
    Map<CommitId, String> subjects = new HashMap<>();
    List<PinRow> rows = new ArrayList<>();
    for (PinView pin : pins.subList(0, Math.min(ROWS, pins.size()))) {
      NodeView node = fleet.node(pin.node()).orElse(null);
      if (node == null) {
        continue;
      }
      CommitId home = heads.get(node.ref());
      rows.add(
          new PinRow(
              pin,
              node,
              kinds.computeIfAbsent(pin.ref(), this::kind),
              subjects.computeIfAbsent(pin.commit(), this::subject),
              home,
              home == null ? "" : subjects.computeIfAbsent(home, this::subject)));
    }
    return rows;
  }

  private String kind(String ref) {
    return switch (commits.resolve(ref)) {
      case CommitSource.Resolution.Branch _ -> "branch";
      case CommitSource.Resolution.Fixed(CommitId commit) ->
          commit.value().startsWith(ref) ? "commit" : "tag";
      case CommitSource.Resolution.None _ -> "gone";
    };
  }

  private String subject(CommitId commit) {
    return commits.info(commit).map(CommitSource.CommitInfo::subject).orElse("");
  }

  private void foresee(PageSupport support, Context ctx) {
    PinForm asked = PinForm.of(ctx);
    List<NodeView> nodes;
    PinView pin;
    try {
      nodes = asked.nodes(fleet);
      pin = operations.foresee(support.who(ctx), nodes.getFirst().name(), asked.request());
    } catch (Refusal e) {
      show(
          support, ctx, HttpStatus.forStatus(ProblemMapping.status(e.kind())), asked, e.sentence());
      return;
    }
    Foreseen view =
        new Foreseen(
            support.frame(ctx),
            asked,
            pin,
            subject(pin.commit()),
            nodes,
            Move.of(nodes, pin.commit(), history),
            commits.heads().containsKey(pin.ref()),
            support.now());
    support.show(ctx, HttpStatus.OK, "pins/foreseen.jte", view);
  }

  private String pin(Context ctx, Principal who) {
    PinForm asked = PinForm.of(ctx);
    List<NodeView> nodes = asked.nodes(fleet);
    List<PinView> made = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    for (NodeView node : nodes) {
      try {
        made.add(operations.pin(who, node.name(), asked.request()));
      } catch (Refusal e) {
        refused.add(node.name() + ": " + e.sentence());
      }
    }
    if (!refused.isEmpty()) {
      throw new Refusal(
          Refusal.Kind.INVALID,
          "NOT_ALL",
          made.size()
              + " of "
              + nodes.size()
              + " nodes are pinned. Not so "
              + NameList.folded(refused, NAMED),
          null);
    }
    PinView first = made.getFirst();
    List<String> names = made.stream().map(p -> p.node().value()).toList();
    return NameList.folded(names, NAMED)
        + (made.size() == 1 ? " is" : " are")
        + " pinned to "
        + first.ref()
        + " until "
        + new Moment(first.expiresAt()).utc()
        + ".";
  }

  private String unpin(Context ctx, Principal who) {
    PinForm one = new PinForm(ctx.pathParam("name"), "", "", "", "");
    NodeView node = one.nodes(fleet).getFirst();
    operations.unpin(who, node.name());
    return node.name() + " is no longer pinned; it follows " + node.ref() + " again.";
  }

  static String count(List<NodeView> nodes) {
    return nodes.size() == 1 ? nodes.getFirst().name().value() : nodes.size() + " nodes";
  }
}

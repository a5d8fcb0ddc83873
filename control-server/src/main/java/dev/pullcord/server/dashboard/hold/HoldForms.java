package dev.pullcord.server.dashboard.hold;

import dev.pullcord.protocol.api.FreezeView;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.OpenGateView;
import dev.pullcord.protocol.api.RollbackView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.unit.ShellWord;
import dev.pullcord.server.dashboard.Dashboard;
import dev.pullcord.server.dashboard.Html;
import dev.pullcord.server.dashboard.PageSupport;
import dev.pullcord.server.dashboard.Pages;
import dev.pullcord.server.gate.Gates;
import dev.pullcord.server.operations.OrderChecks;
import dev.pullcord.server.operations.hold.Holds;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.view.FleetReader;
import dev.pullcord.server.view.NodeHold;
import dev.pullcord.server.view.Selector;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Makes freezes and rollbacks, and ends them and gates; each form leads back to the fleet's page.
 * The end is shown before it is done.
 */
public final class HoldForms implements Pages {
  private static final int NAMED_MAX = 500;

  private final FleetReader fleet;
  private final Holds holds;
  private final Gates gates;

  /** The forms. */
  public HoldForms(FleetReader fleet, Holds holds, Gates gates) {
    this.fleet = fleet;
    this.holds = holds;
    this.gates = gates;
  }

  /**
   * An end that is not made yet.
   *
   * @param what {@code the freeze of main}
   * @param text who made it and why
   * @param then what its end does
   * @param nodes those that it concerns
   * @param form where it is confirmed
   * @param ref for that form; empty for every branch
   * @param selector for that form; empty for every node
   * @param seen tells it from another one of the same branch and labels
   * @param command that does the same
   */
  record End(
      String what,
      String text,
      String then,
      List<NodeName> nodes,
      String form,
      String ref,
      String selector,
      String seen,
      String command) {
    List<NodeName> named() {
      return nodes.subList(0, Math.min(NAMED_MAX, nodes.size()));
    }

    /** Its preview. */
    String path() {
      return HoldLinks.end(form, ref, selector);
    }
  }

  /** The page that shows it; without an end it is over. */
  record View(Html.Frame frame, @Nullable End end, Instant now) {
    List<String> commands() {
      return end == null ? List.of() : List.of(end.command());
    }
  }

  @Override
  public List<Dashboard.Route> routes(PageSupport support) {
    return List.of(
        support.form("/ui/freezes", _ -> "/ui", this::freeze),
        support.page(HoldLinks.FREEZE_END, ctx -> foresee(support, ctx, this::freezeEnd)),
        support.form(HoldLinks.FREEZE_END, _ -> "/ui", this::unfreeze),
        support.form("/ui/rollbacks", _ -> "/ui", this::rollback),
        support.page(HoldLinks.ROLLBACK_END, ctx -> foresee(support, ctx, this::rollbackEnd)),
        support.form(HoldLinks.ROLLBACK_END, _ -> "/ui", this::endRollback),
        support.page(HoldLinks.GATE_END, ctx -> foresee(support, ctx, this::gateEnd)),
        support.form(HoldLinks.GATE_END, _ -> "/ui", this::endGate));
  }

  private static void foresee(
      PageSupport support, Context ctx, BiFunction<String, String, Optional<End>> find) {
    End end = find.apply(asked(ctx, "ref"), asked(ctx, "selector")).orElse(null);
    View view = new View(support.frame(ctx), end, support.now());
    support.show(ctx, end == null ? HttpStatus.NOT_FOUND : HttpStatus.OK, "hold/end.jte", view);
  }

  private Optional<End> freezeEnd(String ref, String selector) {
    return fleet.freezes().stream()
        .filter(f -> orEmpty(f.ref()).equals(ref) && orEmpty(f.selector()).equals(selector))
        .findFirst()
        .map(freeze ->
            new End(
                "the freeze of " + freeze.scope(),
                freeze.text(),
                "What waits for its end begins at once.",
                frozen(ref, selector),
                HoldLinks.FREEZE_END,
                ref,
                selector,
                freeze.createdAt().toString(),
                "pullcord unfreeze"
                    + (ref.isEmpty() ? "" : " " + ShellWord.of(ref))
                    + (selector.isEmpty() ? "" : " -l " + ShellWord.of(selector))));
  }

  private List<NodeName> frozen(String ref, String selector) {
    return fleet.nodes(Selector.ALL, Set.of(NodeState.HELD), null, Integer.MAX_VALUE).stream()
        .map(NodeView::name)
        .filter(name ->
            fleet
                .hold(name)
                .filter(hold -> hold.kind() == NodeHold.Kind.FREEZE)
                .filter(hold -> hold.ref().equals(ref) && hold.selector().equals(selector))
                .isPresent())
        .toList();
  }

  private Optional<End> rollbackEnd(String ref, String selector) {
    return fleet.summary().refs().stream()
        .flatMap(branch -> Optional.ofNullable(branch.rollback()).stream())
        .filter(rollback -> rollback.ref().equals(ref))
        .findFirst()
        .map(rollback ->
            new End(
                "the rollback of " + ref,
                rollback.text(),
                "Its nodes go on to %s, the head of the branch."
                    .formatted(rollback.from().abbreviated()),
                fleet.nodes(Selector.ALL, Set.of(), null, Integer.MAX_VALUE).stream()
                    .filter(node -> node.wouldLeaveFor(ref, rollback.from()))
                    .map(NodeView::name)
                    .toList(),
                HoldLinks.ROLLBACK_END,
                ref,
                selector,
                rollback.createdAt().toString(),
                "pullcord rollback " + ShellWord.of(ref) + " --end"));
  }

  private Optional<End> gateEnd(String ref, String selector) {
    return fleet.gates().stream()
        .filter(gate -> gate.ref().equals(ref))
        .findFirst()
        .map(gate ->
            new End(
                "the gate of " + gate.owner() + " for " + ref,
                "%s is tried before %s moves to it.".formatted(gate.commit().abbreviated(), ref),
                "Its canaries go back to what the branch is at, and the push is refused.",
                gate.canaries().stream().map(OpenGateView.Canary::name).toList(),
                HoldLinks.GATE_END,
                ref,
                selector,
                gate.openedAt() + " " + gate.commit().value(),
                "pullcord gates --end " + ShellWord.of(ref)));
  }

  private String freeze(Context ctx, Principal who) {
    FreezeView made =
        holds
            .freezes()
            .freeze(
                who,
                new FreezeView.Request(
                    given(ctx, "ref"),
                    given(ctx, "selector"),
                    param(ctx, "for"),
                    param(ctx, "reason"),
                    null,
                    null));
    return made.scope() + " is " + made.text() + ".";
  }

  /**
   * Nothing is ended but what was seen: meanwhile somebody may have ended that, and made another.
   *
   * @throws Refusal when it is another one; the reader is led back to what there is now
   */
  private static void mustBeSeen(Context ctx, BiFunction<String, String, Optional<End>> find) {
    String seen = param(ctx, "seen");
    if (seen.isEmpty()) {
      return;
    }
    find.apply(param(ctx, "ref"), param(ctx, "selector"))
        .filter(end -> !end.seen().equals(seen))
        .ifPresent(end -> {
          throw new Refusal(
              Refusal.Kind.CONFLICT,
              "CHANGED",
              "nothing was ended: meanwhile there is another one, which is shown here",
              "seen");
        });
  }

  private String unfreeze(Context ctx, Principal who) {
    mustBeSeen(ctx, this::freezeEnd);
    holds.freezes().unfreeze(who, given(ctx, "ref"), given(ctx, "selector"), null);
    return "The freeze has ended.";
  }

  private String rollback(Context ctx, Principal who) {
    RollbackView made =
        holds
            .rollbacks()
            .rollback(
                who,
                param(ctx, "ref"),
                new RollbackView.Request(given(ctx, "to"), param(ctx, "reason"), null, head(ctx)));
    return "%s is rolled back from %s to %s."
        .formatted(made.ref(), made.from().abbreviated(), made.commit().abbreviated());
  }

  /** What was pushed last when the page was made; null for a form without it. */
  private static @Nullable CommitId head(Context ctx) {
    String head = given(ctx, "head");
    try {
      return head == null ? null : new CommitId(head);
    } catch (IllegalArgumentException e) {
      throw OrderChecks.malformed("head", "head: " + e.getMessage());
    }
  }

  private String endRollback(Context ctx, Principal who) {
    mustBeSeen(ctx, this::rollbackEnd);
    String ref = param(ctx, "ref");
    holds.rollbacks().end(who, ref);
    return "The rollback of " + ref + " has ended.";
  }

  private String endGate(Context ctx, Principal who) {
    mustBeSeen(ctx, this::gateEnd);
    String ref = param(ctx, "ref");
    gates.end(ref, who);
    return "The gate for " + ref + " has ended; its canaries go back.";
  }

  private static @Nullable String given(Context ctx, String name) {
    String text = param(ctx, name);
    return text.isEmpty() ? null : text;
  }

  private static String param(Context ctx, String name) {
    return orEmpty(ctx.formParam(name)).strip();
  }

  private static String asked(Context ctx, String name) {
    return orEmpty(ctx.queryParam(name)).strip();
  }

  private static String orEmpty(@Nullable String text) {
    return Objects.requireNonNullElse(text, "");
  }
}

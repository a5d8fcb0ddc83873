package dev.pullcord.server.dashboard.audit;

import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.server.audit.AuditLog;
import dev.pullcord.server.audit.AuditQuery;
import dev.pullcord.server.dashboard.Dashboard;
import dev.pullcord.server.dashboard.Html;
import dev.pullcord.server.dashboard.PageSupport;
import dev.pullcord.server.dashboard.Pages;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.store.AuditTable;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The page of the audit log; what it shows is in its address. */
public final class AuditPages implements Pages {
  static final String PAGE = "/ui/audit";
  static final int ROWS = 50;

  /** To choose from; each stands for those below it too, {@code token} for {@code token.create}. */
  private static final List<String> ACTIONS =
      List.of(
          "push",
          "pin",
          "unpin",
          "follow",
          "label",
          "retry",
          "node",
          "join",
          "invite",
          "token",
          "sign-in",
          "sign-out",
          "denied",
          "key",
          "form");

  private static final List<String> OUTCOMES = List.of("done", "refused");
  private static final List<String> TIMES = List.of("1h", "24h", "7d", "30d");

  private final AuditLog log;

  /** The page of that log. */
  public AuditPages(AuditLog log) {
    this.log = log;
  }

  /**
   * The page.
   *
   * @param asked what its address asks for
   * @param next where the older ones begin; null at the end
   * @param first whether it begins with the newest
   */
  record View(
      Html.Frame frame,
      AuditQuery asked,
      List<AuditLine> lines,
      @Nullable Long next,
      boolean first,
      Instant now) {
    List<String> actions() {
      return ACTIONS;
    }

    List<Chip> outcomes() {
      return chips(
          "done and refused",
          OUTCOMES,
          asked.outcome(),
          o -> new AuditQuery(asked.who(), asked.action(), asked.on(), asked.since(), o));
    }

    /** Somebody who came with another time in the address still sees it chosen. */
    List<Chip> times() {
      List<String> times = new ArrayList<>(TIMES);
      if (asked.since() != null && !times.contains(asked.since())) {
        times.add(asked.since());
      }
      return chips(
          "ever",
          times,
          asked.since(),
          s -> new AuditQuery(asked.who(), asked.action(), asked.on(), s, asked.outcome()));
    }

    private static List<Chip> chips(
        String all,
        List<String> values,
        @Nullable String chosen,
        Function<@Nullable String, AuditQuery> with) {
      List<Chip> chips = new ArrayList<>();
      chips.add(new Chip(all, Links.page(with.apply(null), null), chosen == null));
      values.forEach(value ->
          chips.add(new Chip(value, Links.page(with.apply(value), null), value.equals(chosen))));
      return chips;
    }

    String older() {
      return Links.page(asked, next);
    }

    String newest() {
      return Links.page(asked, null);
    }

    String command() {
      return Links.command(asked);
    }

    String kept() {
      return String.format(
          Locale.ROOT, "%,d acts and %,d refusals", AuditTable.DONE_KEPT, AuditTable.REFUSED_KEPT);
    }
  }

  /** A choice that acts at once, and whether it is made. */
  record Chip(String text, String path, boolean chosen) {}

  @Override
  public List<Dashboard.Route> routes(PageSupport support) {
    return List.of(support.page(PAGE, ctx -> show(support, ctx)));
  }

  private void show(PageSupport support, Context ctx) {
    AuditQuery asked =
        new AuditQuery(
            ctx.queryParam("who"),
            ctx.queryParam("action"),
            ctx.queryParam("on"),
            ctx.queryParam("since"),
            ctx.queryParam("outcome"));
    String before = ctx.queryParam("before");
    List<AuditTable.StoredAct> rows =
        log.page(asked, before == null ? Long.MAX_VALUE : number(before), ROWS + 1);
    boolean more = rows.size() > ROWS;
    List<AuditTable.StoredAct> shown = more ? rows.subList(0, ROWS) : rows;
    support.show(
        ctx,
        HttpStatus.OK,
        "audit/audit.jte",
        new View(
            support.frame(ctx),
            asked,
            shown.stream().map(r -> new AuditLine(r.entry())).toList(),
            more ? (Long) shown.getLast().id() : null,
            before == null,
            support.now()));
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException _) {
      throw new Refusal(
          Refusal.Kind.MALFORMED,
          "PARAMETER",
          "before: " + Quoted.of(text) + " is no number of a record: digits expected",
          "before");
    }
  }
}

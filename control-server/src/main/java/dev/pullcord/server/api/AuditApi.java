package dev.pullcord.server.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.AuditView;
import dev.pullcord.server.audit.AuditLog;
import dev.pullcord.server.audit.AuditQuery;
import dev.pullcord.server.audit.AuditSentences;
import dev.pullcord.server.store.AuditTable;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.util.List;

/** The part of the people's API that says who did what. */
public final class AuditApi {
  private final AuditLog log;

  /** The API over that log. */
  public AuditApi(AuditLog log) {
    this.log = log;
  }

  /** Adds the route. */
  public void routes(JavalinDefaultRoutingApi routes) {
    routes.get("/api/v1/audit", this::page);
  }

  private void page(Context ctx) {
    Parameters.only(ctx, "who", "action", "on", "since", "outcome", "cursor", "limit");
    AuditQuery query =
        new AuditQuery(
            ctx.queryParam("who"),
            ctx.queryParam("action"),
            ctx.queryParam("on"),
            ctx.queryParam("since"),
            ctx.queryParam("outcome"));
    int limit = Parameters.limit(ctx);
    List<AuditTable.Row> rows = log.page(query, Parameters.idCursor(ctx), limit);
    String next = rows.size() < limit ? null : Long.toString(rows.getLast().id());
    AuditView.Page page = new AuditView.Page(rows.stream().map(AuditApi::view).toList(), next);
    ctx.contentType("application/json").result(PullcordJson.write(page).getBytes(UTF_8));
  }

  private static AuditView view(AuditTable.Row row) {
    AuditTable.Entry e = row.entry();
    AuditTable.Source from = e.from();
    return new AuditView(
        row.id(),
        e.at(),
        e.who(),
        from == null ? null : from.way().word(),
        from == null ? null : from.address(),
        e.what(),
        e.subject(),
        e.before(),
        e.after(),
        e.refused(),
        e.times(),
        AuditSentences.of(e));
  }
}

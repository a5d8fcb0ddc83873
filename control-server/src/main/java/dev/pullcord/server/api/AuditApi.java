package dev.pullcord.server.api;

import dev.pullcord.protocol.api.AuditView;
import dev.pullcord.server.audit.AuditLog;
import dev.pullcord.server.audit.AuditQuery;
import dev.pullcord.server.audit.AuditSentences;
import dev.pullcord.server.openapi.ApiParameter;
import dev.pullcord.server.openapi.ApiRoute;
import dev.pullcord.server.store.AuditTable;
import io.javalin.http.Context;
import java.util.List;

/** The part of the people's API that says who did what. */
public final class AuditApi {
  private final AuditLog log;

  /** The API over that log. */
  public AuditApi(AuditLog log) {
    this.log = log;
  }

  /** Its route. */
  public List<ApiRoute> routes() {
    return List.of(
        ApiRoute.get("/api/v1/audit", "Who did what, from where, and what was refused.")
            .note("The newest comes first.")
            .with(
                ApiParameter.query(
                    "who", "Only of this one: the owner of a token, a node, server, or unknown."),
                ApiParameter.query(
                    "action", "Only this action and those below it: token is token.create too."),
                ApiParameter.query("on", "Only what was done to this one."),
                ApiParameter.query("since", "Only since so long ago (2h, 7d), or since a moment."),
                ApiParameter.query(
                    "outcome",
                    "Only what was done, or only what was refused.",
                    List.of("done", "refused")),
                Parameters.CURSOR,
                Parameters.LIMIT)
            .answers(AuditView.Page.class, this::page));
  }

  private AuditView.Page page(Context ctx) {
    AuditQuery query =
        new AuditQuery(
            ctx.queryParam("who"),
            ctx.queryParam("action"),
            ctx.queryParam("on"),
            ctx.queryParam("since"),
            ctx.queryParam("outcome"));
    int limit = Parameters.limit(ctx);
    List<AuditTable.StoredAct> rows = log.page(query, Parameters.idCursor(ctx), limit);
    String next = rows.size() < limit ? null : Long.toString(rows.getLast().id());
    return new AuditView.Page(rows.stream().map(AuditApi::view).toList(), next);
  }

  private static AuditView view(AuditTable.StoredAct row) {
    AuditTable.Act e = row.entry();
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

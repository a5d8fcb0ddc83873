package dev.pullcord.server.dashboard.hold;

import dev.pullcord.protocol.api.FreezeView;
import dev.pullcord.protocol.api.RollbackView;
import dev.pullcord.server.dashboard.Dashboard;
import dev.pullcord.server.dashboard.PageSupport;
import dev.pullcord.server.dashboard.Pages;
import dev.pullcord.server.operations.hold.HoldOperations;
import dev.pullcord.server.security.Principal;
import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the forms of freezes and rollbacks do; each leads back to the fleet's page. */
public final class HoldForms implements Pages {
  private final HoldOperations holds;

  /** The forms. */
  public HoldForms(HoldOperations holds) {
    this.holds = holds;
  }

  @Override
  public List<Dashboard.Route> routes(PageSupport support) {
    return List.of(
        support.form("/ui/freezes", _ -> "/ui", this::freeze),
        support.form("/ui/freezes/end", _ -> "/ui", this::unfreeze),
        support.form("/ui/rollbacks", _ -> "/ui", this::rollback),
        support.form("/ui/rollbacks/end", _ -> "/ui", this::endRollback));
  }

  private String freeze(Context ctx, Principal who) {
    FreezeView made =
        holds.freeze(
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

  private String unfreeze(Context ctx, Principal who) {
    holds.unfreeze(who, given(ctx, "ref"), given(ctx, "selector"));
    return "The freeze has ended.";
  }

  private String rollback(Context ctx, Principal who) {
    RollbackView made =
        holds.rollback(
            who,
            param(ctx, "ref"),
            new RollbackView.Request(given(ctx, "to"), param(ctx, "reason"), null));
    return "%s is rolled back from %s to %s."
        .formatted(made.ref(), made.from().abbreviated(), made.commit().abbreviated());
  }

  private String endRollback(Context ctx, Principal who) {
    String ref = param(ctx, "ref");
    holds.endRollback(who, ref);
    return "The rollback of " + ref + " has ended.";
  }

  private static @Nullable String given(Context ctx, String name) {
    String text = param(ctx, name);
    return text.isEmpty() ? null : text;
  }

  private static String param(Context ctx, String name) {
    return Optional.ofNullable(ctx.formParam(name)).orElse("").strip();
  }
}

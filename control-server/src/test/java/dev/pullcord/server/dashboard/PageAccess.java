package dev.pullcord.server.dashboard;

import dev.pullcord.server.Told;
import dev.pullcord.server.refusal.ProblemAnswers;
import dev.pullcord.server.security.AccessControl;
import dev.pullcord.server.security.NodeAccess;
import dev.pullcord.server.security.Permissions;
import dev.pullcord.server.security.Port;
import dev.pullcord.server.security.limit.FailedSignIns;
import io.javalin.config.RoutesConfig;
import java.time.InstantSource;
import java.util.Optional;

/** Registers a dashboard behind the product's access control, as on the people's port. */
final class PageAccess {
  private PageAccess() {}

  static void register(Dashboard dashboard, RoutesConfig routes) {
    NodeAccess nodes =
        new NodeAccess(
            _ -> Optional.empty(),
            key -> {
              throw new IllegalStateException("no page asks for the key " + key);
            },
            new Told());
    AccessControl access =
        new AccessControl(
            Permissions.standard(),
            _ -> Optional.empty(),
            nodes,
            dashboard::signedIn,
            new Told(),
            new FailedSignIns(InstantSource.system()));
    ProblemAnswers.install(routes, dashboard::refuse);
    routes.before(ctx -> ctx.attribute(Port.ATTRIBUTE, Port.PEOPLE));
    routes.beforeMatched(access);
    dashboard.register(routes);
  }
}

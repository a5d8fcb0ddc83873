package dev.pullcord.server.api;

import dev.pullcord.protocol.api.UpstreamView;
import dev.pullcord.server.mirror.UpstreamMirror;
import dev.pullcord.server.openapi.ApiRoute;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Caller;
import java.util.List;
import java.util.Optional;

/** {@code /api/v1/upstream}: the repository that the server mirrors. */
public final class UpstreamApi {
  private final Optional<UpstreamMirror> mirror;

  /** Over that mirror, if the server has one. */
  public UpstreamApi(Optional<UpstreamMirror> mirror) {
    this.mirror = mirror;
  }

  /** Its routes. */
  public List<ApiRoute> routes() {
    return List.of(
        ApiRoute.get("/api/v1/upstream", "The repository that the server mirrors.")
            .answers(UpstreamView.class, _ -> mirror().view()),
        ApiRoute.post("/api/v1/upstream/fetch", "Look at the upstream now.")
            .note("The answer comes when what is new was fetched and decided on.")
            .answers(UpstreamView.class, _ -> mirror().fetch()),
        ApiRoute.post(
                "/api/v1/upstream/accept-rewind", "Let a ref go where the upstream rewound it.")
            .note("Nodes that follow it go back; a ref that the upstream deleted is deleted.")
            .answers(
                UpstreamView.Accept.class,
                UpstreamView.class,
                (ctx, body) -> mirror().acceptRewind(Caller.person(ctx), body)));
  }

  private UpstreamMirror mirror() {
    return mirror.orElseThrow(() ->
        new Refusal(
            Refusal.Kind.NOT_FOUND,
            "UPSTREAM_MISSING",
            "this server mirrors no repository: people push to it; upstream in server.yaml"
                + " names one",
            null));
  }
}

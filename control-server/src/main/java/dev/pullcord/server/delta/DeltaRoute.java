package dev.pullcord.server.delta;

import dev.pullcord.protocol.channel.StepPack;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.desired.DesiredStates;
import dev.pullcord.server.githost.AssignedRefs;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Caller;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /git/<name>.git/delta?have=&want=} on the agents' port: one request instead of git's
 * three. A node gets packs of the commits that it is assigned, from commits that these contain, or,
 * without {@code have}, with all of such a commit. For everything else, there or not, the answer is
 * the same 404, and the node fetches as git does.
 */
public final class DeltaRoute {
  private static final String TYPE = "application/x-git-packed-objects";

  private final DeltaPacks packs;
  private final FullPacks full;
  private final DesiredStates desired;
  private final String file;

  /**
   * The route's handler.
   *
   * @param store what is hosted
   * @param desired what each node may fetch
   */
  public DeltaRoute(RepositoryStore store, DesiredStates desired) {
    this.packs = new DeltaPacks(store);
    this.full = new FullPacks(store);
    this.desired = desired;
    this.file = store.name() + ".git";
  }

  /** Adds the route. */
  public void routes(JavalinDefaultRoutingApi routes) {
    routes.get("/git/{repository}/delta", this::serve);
  }

  /** Makes the pack of a step that nodes will soon ask for. Returns at once. */
  public void expect(CommitId from, CommitId to) {
    packs.expect(from, to);
  }

  /**
   * The step to what a node is to run, as a part of the event that says so; null where it is not
   * made yet or has more bytes than that, and the node is to ask for it. Returns at once.
   *
   * @param have the commit that the node says it has; it gets nothing that it could not ask for
   */
  public @Nullable StepPack within(DesiredState state, CommitId have, int mostBytes) {
    CommitId want = state.commit();
    return want == null || want.equals(have) || !allowed(state, have, want)
        ? null
        : packs
            .made(have, want)
            .filter(pack -> pack.length <= mostBytes)
            .map(pack -> StepPack.of(have, want, pack))
            .orElse(null);
  }

  private void serve(Context ctx) {
    if (ctx.queryParam("have") == null) {
      serveAll(ctx);
    } else {
      serveStep(ctx);
    }
  }

  private void serveAll(Context ctx) {
    CommitId want = commit(ctx, "want");
    FullPacks.Opened pack =
        (ctx.pathParam("repository").equals(file) && assigned(Caller.node(ctx).name(), want)
                ? full.open(want)
                : Optional.<FullPacks.Opened>empty())
            .orElseThrow(DeltaRoute::none);
    ctx.contentType(TYPE)
        .header("Content-Length", Long.toString(pack.bytes()))
        .result(pack.content());
  }

  private void serveStep(Context ctx) {
    CommitId have = commit(ctx, "have");
    CommitId want = commit(ctx, "want");
    Optional<byte[]> pack =
        ctx.pathParam("repository").equals(file)
                && desired
                    .of(Caller.node(ctx).name())
                    .filter(s -> allowed(s, have, want))
                    .isPresent()
            ? packs.pack(have, want)
            : Optional.empty();
    ctx.contentType(TYPE).result(pack.orElseThrow(DeltaRoute::none));
  }

  private static Refusal none() {
    return new Refusal(
        Refusal.Kind.NOT_FOUND,
        "DELTA_NONE",
        "there is no pack of this step for this node; it fetches as git does",
        null);
  }

  private boolean assigned(NodeName node, CommitId want) {
    return desired.of(node).filter(state -> AssignedRefs.mayHave(state, want)).isPresent();
  }

  private boolean allowed(DesiredState state, CommitId have, CommitId want) {
    return AssignedRefs.mayHave(state, want)
        && AssignedRefs.commits(state).stream().anyMatch(tip -> packs.contains(tip, have));
  }

  private static CommitId commit(Context ctx, String name) {
    String value = ctx.queryParam(name);
    try {
      return new CommitId(value == null ? "" : value);
    } catch (IllegalArgumentException e) {
      throw new Refusal(Refusal.Kind.INVALID, "COMMIT_INVALID", name + ": " + e.getMessage(), name);
    }
  }
}

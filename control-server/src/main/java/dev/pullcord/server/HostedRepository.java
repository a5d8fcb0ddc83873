package dev.pullcord.server;

import dev.pullcord.server.config.UpstreamConfig;
import dev.pullcord.server.delta.DeltaRoute;
import dev.pullcord.server.desired.DesiredStates;
import dev.pullcord.server.githost.push.PushTarget;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.mirror.UpstreamMirror;
import dev.pullcord.server.webhook.WebhookRoute;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The repository with what nodes fetch of it, and where its commits come from.
 *
 * @param store the repository
 * @param desired what each node may fetch
 * @param deltas packs for known steps
 * @param upstream where it lives; empty where people push here
 */
record HostedRepository(
    RepositoryStore store,
    DesiredStates desired,
    DeltaRoute deltas,
    Optional<FollowedUpstream> upstream) {
  private static final Duration TICK = Duration.ofSeconds(1);

  static HostedRepository of(
      ServerCore core,
      RepositoryStore store,
      @Nullable UpstreamConfig upstream,
      InstantSource clock) {
    DesiredStates desired = n -> core.model().byName(n).map(r -> r.desiredAt(clock.instant()));
    DeltaRoute deltas = new DeltaRoute(store, desired);
    core.streams().packs(deltas::within);
    return new HostedRepository(
        store,
        desired,
        deltas,
        Optional.ofNullable(upstream).map(u -> FollowedUpstream.of(core, store, u, deltas, clock)));
  }

  /** Follows the upstream. */
  Optional<UpstreamMirror> mirror() {
    return upstream.map(FollowedUpstream::mirror);
  }

  /** Where the upstream's host says that it moved. */
  Optional<WebhookRoute> webhook() {
    return upstream.flatMap(FollowedUpstream::route);
  }

  /** Where pushes belong. */
  PushTarget target() {
    return mirror().map(m -> new PushTarget(m.view().url())).orElse(PushTarget.HERE);
  }

  /** Begins to follow the upstream, when the core has started. */
  void follow(ServerCore core) {
    core.every(TICK, "repository", () -> settle(core));
    mirror().ifPresent(m -> core.every(TICK, "upstream", m::tick));
  }

  private void settle(ServerCore core) {
    try {
      if (store.truth().settle()) {
        core.deployments().reconcile();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the repository does not follow the database", e);
    }
  }

  /** What needs a person, a line each. */
  List<String> alarms() {
    return mirror().map(UpstreamMirror::alarms).orElse(List.of());
  }

  /** Ends a look that is under way. */
  void stop() {
    mirror().ifPresent(UpstreamMirror::close);
  }
}

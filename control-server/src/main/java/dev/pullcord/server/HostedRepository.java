package dev.pullcord.server;

import dev.pullcord.git.remote.RemoteTransports;
import dev.pullcord.server.config.UpstreamConfig;
import dev.pullcord.server.delta.DeltaRoute;
import dev.pullcord.server.desired.DesiredStates;
import dev.pullcord.server.githost.entry.CommitRules;
import dev.pullcord.server.githost.push.PushTarget;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.githost.upstream.UpstreamEntry;
import dev.pullcord.server.githost.upstream.UpstreamRepository;
import dev.pullcord.server.mirror.MirrorEffects;
import dev.pullcord.server.mirror.UpstreamMirror;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The repository with what nodes fetch of it, and where its commits come from.
 *
 * @param store the repository
 * @param desired what each node may fetch
 * @param deltas packs for known steps
 * @param mirror follows the upstream; empty where people push here
 */
record HostedRepository(
    RepositoryStore store,
    DesiredStates desired,
    DeltaRoute deltas,
    Optional<UpstreamMirror> mirror) {
  private static final Duration TICK = Duration.ofSeconds(1);

  static HostedRepository of(
      ServerCore core,
      RepositoryStore store,
      @Nullable UpstreamConfig upstream,
      InstantSource clock) {
    DesiredStates desired = n -> core.model().byName(n).map(r -> r.desiredAt(clock.instant()));
    DeltaRoute deltas = new DeltaRoute(store, desired);
    Optional<UpstreamMirror> mirror =
        Optional.ofNullable(upstream).map(u -> mirror(core, store, u, deltas, clock));
    return new HostedRepository(store, desired, deltas, mirror);
  }

  private static UpstreamMirror mirror(
      ServerCore core,
      RepositoryStore store,
      UpstreamConfig upstream,
      DeltaRoute deltas,
      InstantSource clock) {
    return new UpstreamMirror(
        upstream,
        new UpstreamRepository(
            new RemoteTransports(
                upstream.remote(), System.getenv(), clock, RemoteTransports.PATIENCE),
            store),
        new UpstreamEntry(new CommitRules(store, core.deployments())),
        new MirrorEffects(core.store(), core.deployments(), deltas::expect, core.audit()),
        new UpstreamMirror.MirrorTime(clock, System::nanoTime, RandomGenerator.getDefault()));
  }

  /** Where pushes belong. */
  PushTarget target() {
    return mirror.map(m -> new PushTarget(m.view().url())).orElse(PushTarget.HERE);
  }

  /** Begins to follow the upstream, when the core has started. */
  void follow(ServerCore core) {
    mirror.ifPresent(m -> core.every(TICK, "upstream", m::tick));
  }

  /** What needs a person, a line each. */
  List<String> alarms() {
    return mirror.map(UpstreamMirror::alarms).orElse(List.of());
  }

  /** Ends a look that is under way. */
  void stop() {
    mirror.ifPresent(UpstreamMirror::close);
  }
}

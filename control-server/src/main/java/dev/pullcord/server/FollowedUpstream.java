package dev.pullcord.server;

import dev.pullcord.git.remote.RemoteTransports;
import dev.pullcord.protocol.api.UpstreamView;
import dev.pullcord.server.config.HostLinks;
import dev.pullcord.server.config.UpstreamConfig;
import dev.pullcord.server.dashboard.repository.MirroredRepository;
import dev.pullcord.server.delta.DeltaRoute;
import dev.pullcord.server.githost.entry.CommitRules;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.githost.upstream.UpstreamEntry;
import dev.pullcord.server.githost.upstream.UpstreamRepository;
import dev.pullcord.server.mirror.MirrorEffects;
import dev.pullcord.server.mirror.UpstreamMirror;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.MirrorTable.Delivery;
import dev.pullcord.server.webhook.DeliveryLog;
import dev.pullcord.server.webhook.WebhookRoute;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The upstream with all that follows it.
 *
 * @param mirror fetches it
 * @param log what its host has said
 * @param route where its host says so; empty where no webhook is configured
 */
record FollowedUpstream(
    UpstreamConfig config, UpstreamMirror mirror, DeliveryLog log, Optional<WebhookRoute> route)
    implements MirroredRepository {
  static FollowedUpstream of(
      ServerCore core,
      RepositoryStore store,
      UpstreamConfig config,
      DeltaRoute deltas,
      InstantSource clock) {
    UpstreamMirror mirror =
        new UpstreamMirror(
            config,
            new UpstreamRepository(
                new RemoteTransports(
                    config.remote(),
                    System.getenv(),
                    RemoteTransports.Times.usual(clock, System::nanoTime)),
                store),
            new UpstreamEntry(new CommitRules(store, core.deployments())),
            new MirrorEffects(core.store(), core.deployments(), deltas::expect, core.audit()),
            new UpstreamMirror.MirrorTime(clock, System::nanoTime, RandomGenerator.getDefault()));
    DeliveryLog log = new DeliveryLog(core.store(), core.audit(), clock);
    Runnable fetch =
        () -> {
          var _ = mirror.soon();
        };
    Optional<WebhookRoute> route =
        Optional.ofNullable(config.host().webhook())
            .map(webhook ->
                new WebhookRoute(
                    webhook, config.url().toString(), log, fetch, clock, System::nanoTime));
    return new FollowedUpstream(config, mirror, log, route);
  }

  @Override
  public UpstreamView view() {
    return mirror.view();
  }

  @Override
  public UpstreamView fetch() {
    return mirror.fetch();
  }

  @Override
  public UpstreamView acceptRewind(Principal who, UpstreamView.Accept asked) {
    return mirror.acceptRewind(who, asked);
  }

  @Override
  public @Nullable String commitUrl() {
    return config.host().commitUrl();
  }

  @Override
  public HostLinks.@Nullable Webhook webhook() {
    return config.host().webhook();
  }

  @Override
  public List<Delivery> deliveries() {
    return log.newest();
  }
}

package dev.pullcord.server;

import dev.pullcord.protocol.api.UpstreamView;
import dev.pullcord.server.alert.AlertJudge;
import dev.pullcord.server.alert.AlertLoop;
import dev.pullcord.server.alert.AlertSettings;
import dev.pullcord.server.alert.Alerts;
import dev.pullcord.server.alert.RetiredReceivers;
import dev.pullcord.server.alert.condition.FleetConditions;
import dev.pullcord.server.alert.condition.ServerFacts;
import dev.pullcord.server.alert.condition.ServerFacts.DiskState;
import dev.pullcord.server.alert.receiver.HttpPost;
import dev.pullcord.server.alert.status.StatusLoop;
import dev.pullcord.server.alert.status.StatusReceiver;
import dev.pullcord.server.alert.status.StatusSettings;
import dev.pullcord.server.config.ServerConfig;
import dev.pullcord.server.mirror.UpstreamMirror;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Supplier;

/** Puts together, over the core, what tells people and git hosts of the fleet. */
final class ServerAlerts {
  private static final Duration EVERY = Duration.ofSeconds(2);

  private ServerAlerts() {}

  /**
   * Begins to tell them, when the core has started.
   *
   * @param url of the people's port, for links
   * @param http sends; whoever made it closes it
   */
  static Alerts start(
      ServerCore core,
      HostedRepository hosted,
      ServerConfig config,
      URI url,
      HttpPost http,
      InstantSource clock) {
    AlertSettings settings = config.alerts();
    Map<String, Alerts.NamedReceiver> receivers = new LinkedHashMap<>();
    settings
        .receivers()
        .forEach((name, r) ->
            receivers.put(
                name, new Alerts.NamedReceiver(r.kind(), r.target(), r.make().apply(http))));
    Supplier<Optional<UpstreamView>> upstream = () -> hosted.mirror().map(UpstreamMirror::view);
    Deque<Runnable> wake = new ConcurrentLinkedDeque<>();
    StatusLoop statuses =
        new StatusLoop(
            core.store(), core.model(), upstream, url, () -> wake.forEach(Runnable::run));
    StatusSettings host = settings.status();
    if (host != null) {
      receivers.put(
          StatusLoop.RECEIVER,
          new Alerts.NamedReceiver(
              host.host().word(),
              host.api().getHost() + " " + host.repository(),
              new StatusReceiver(host, http, statuses::present)));
    }
    RetiredReceivers.close(core.store(), receivers.keySet(), clock.instant());
    Alerts alerts = new Alerts(core.store(), clock, core.audit(), receivers);
    wake.add(alerts::wake);
    if (host != null) {
      core.every(EVERY, "statuses", statuses::look);
    }
    if (!settings.receivers().isEmpty()) {
      ServerFacts facts = new ServerFacts(upstream, () -> DiskState.of(config.state()), url);
      AlertLoop loop =
          new AlertLoop(
              core.store(),
              clock,
              new FleetConditions(core.model(), core.fleet(), hosted.store(), facts),
              new AlertJudge(settings.rules()),
              settings.receivers().keySet(),
              alerts::wake);
      core.every(EVERY, "alerts", loop::look);
    }
    return alerts;
  }
}

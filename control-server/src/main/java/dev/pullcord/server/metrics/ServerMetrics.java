package dev.pullcord.server.metrics;

import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.openapi.ApiRoute;
import dev.pullcord.server.view.FleetReader;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** What the server measures of itself and of the fleet. Names begin with {@code pullcord_}. */
public final class ServerMetrics implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final Timer pushes =
      Timer.builder("pullcord.pushes")
          .description("git pushes received, with the time that the pusher watched")
          .serviceLevelObjectives(
              Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(10))
          .register(registry);

  /** With what the Java runtime says of itself. */
  public ServerMetrics() {
    collections.bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  /** One push is over. */
  public void push(Duration took) {
    pushes.record(took);
  }

  /** Shows the fleet: nodes by state, attributes, the newest deployment, the revision. */
  public void fleet(FleetReader fleet) {
    for (NodeState state : NodeState.values()) {
      String name = state.wireName();
      Gauge.builder("pullcord.nodes", () -> fleet.summary().nodes().getOrDefault(name, 0))
          .tag("state", name)
          .description("nodes by state, without those that are suspended")
          .register(registry);
    }
    for (String attribute :
        new String[] {"pinned", "draining", "drifted", "unproven", "suspended"}) {
      gauge(
          "pullcord.nodes." + attribute,
          "nodes with this attribute",
          () -> fleet.summary().attributes().getOrDefault(attribute, 0));
    }
    gauge("pullcord.revision", "of desired state", () -> fleet.summary().revision());
    gauge(
        "pullcord.deployments",
        "the id of the newest deployment, which counts up",
        () -> fleet.deployments(null, Long.MAX_VALUE, 1).stream().mapToLong(d -> d.id()).sum());
  }

  /** A number that is asked for when somebody looks. */
  public void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).register(registry);
  }

  /** Its route. */
  public List<ApiRoute> routes() {
    return List.of(
        ApiRoute.get("/metrics", "Numbers for Prometheus.")
            .sends(
                "text/plain",
                "Done.",
                ctx ->
                    ctx.contentType("text/plain; version=0.0.4; charset=utf-8")
                        .result(registry.scrape())));
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}

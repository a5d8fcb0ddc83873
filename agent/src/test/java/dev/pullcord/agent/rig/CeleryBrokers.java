package dev.pullcord.agent.rig;

import dev.pullcord.testkit.broker.BrokerSetup;
import dev.pullcord.testkit.broker.Debian13;
import dev.pullcord.testkit.broker.RabbitServer;
import dev.pullcord.testkit.broker.RedisSentinel;
import dev.pullcord.testkit.broker.RedisServer;
import dev.pullcord.testkit.broker.TaskBroker;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Starts the brokers of a matrix when a row first needs one, and ends them all together. */
public final class CeleryBrokers implements AutoCloseable {
  private final Path home;
  private final Map<String, TaskBroker> started = new HashMap<>();

  public CeleryBrokers(Path home) {
    this.home = home;
  }

  public TaskBroker broker(CeleryRow row) {
    String name = row.debian() + "-" + row.broker();
    return started.computeIfAbsent(name, n -> start(row, home.resolve(n)));
  }

  private static TaskBroker start(CeleryRow row, Path directory) {
    BrokerSetup setup =
        row.debian() == CeleryRow.Debian.TRIXIE
            ? BrokerSetup.of(Debian13.made())
            : BrokerSetup.PLAIN;
    return switch (row.broker()) {
      case REDIS -> RedisServer.started(directory, setup);
      case REDIS_SECURED -> RedisServer.started(directory, setup.withSecurity());
      case SENTINEL -> RedisSentinel.started(directory, setup);
      case RABBIT -> RabbitServer.started(directory, setup, "");
      case RABBIT_SECURED -> RabbitServer.started(directory, setup.withSecurity(), "");
    };
  }

  @Override
  public void close() {
    started.values().forEach(TaskBroker::close);
  }
}

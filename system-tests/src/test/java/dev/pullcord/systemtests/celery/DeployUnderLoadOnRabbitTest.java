package dev.pullcord.systemtests.celery;

import dev.pullcord.testkit.broker.RabbitServer;
import dev.pullcord.testkit.broker.TaskBroker;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The same on RabbitMQ. What is under way while the broker is restarted it gives out again itself,
 * so that is counted apart. With {@code --full} alone: it takes some minutes.
 */
@EnabledIfSystemProperty(named = "pullcord.full", matches = "true")
class DeployUnderLoadOnRabbitTest extends DeployUnderLoadTest {
  @Override
  TaskBroker broker(Path home) {
    return RabbitServer.started(home);
  }
}

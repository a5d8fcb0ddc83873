package dev.pullcord.agent.worker.kind.celery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.rig.CeleryNode;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.testkit.Needs;
import dev.pullcord.testkit.broker.RabbitServer;
import dev.pullcord.testkit.broker.RedisServer;
import dev.pullcord.testkit.broker.TaskBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deploys beside jobs that take minutes; with {@code --full} alone. */
@EnabledIfSystemProperty(named = "pullcord.full", matches = "true")
class LongJobsTest {
  @TempDir Path temp;

  /** Longer than RabbitMQ's patience, 173 s, with a worker whose event loop SIGTERM has stopped. */
  @Test
  void aJobOfSixMinutesIsDoneOnceOverThreeDeploysWithTheDefaultsOfRabbit() throws IOException {
    Needs.celery();
    try (TaskBroker rabbit = RabbitServer.started(temp.resolve("broker"));
        CeleryNode node = new CeleryNode(temp, rabbit)) {
      node.waits = Duration.ofMinutes(8);
      converges(node, "v1");
      node.send("long", 360);
      node.passUntil(() -> node.began().contains("long v1"));
      long began = System.nanoTime();
      for (int deploy = 2; deploy <= 4; deploy++) {
        long until = began + Duration.ofSeconds(60L * (deploy - 2) + 5).toNanos();
        node.passUntil(() -> System.nanoTime() > until);
        converges(node, "v" + deploy);
      }

      node.passUntil(() -> node.done().contains("long v1"));
      node.passUntil(() -> node.phases().equals(List.of(GenerationPhase.CONSUMING)));
      assertThat(node.began()).containsExactly("long v1");
      System.out.println("celery long job: " + node.done() + " after three deploys");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"redis", "rabbit"})
  void countdownTasksAreDoneAtTheirTimeOverFiveDeploysBesideJobsOfAMinute(String name)
      throws IOException {
    Needs.celery();
    Path home = temp.resolve("broker");
    try (TaskBroker broker =
            name.equals("redis") ? RedisServer.started(home) : RabbitServer.started(home);
        CeleryNode node = new CeleryNode(temp, broker)) {
      node.waits = Duration.ofMinutes(3);
      node.args = "--concurrency=3";
      converges(node, "v1");
      node.send("long-0", 60);
      node.send("long-1", 60);
      node.passUntil(() -> node.began().size() == 2);
      long began = System.nanoTime();
      for (int i = 0; i < 20; i++) {
        node.send("work", "due-" + i, 0, 5 + 2.5 * i);
      }
      for (int deploy = 2; deploy <= 6; deploy++) {
        converges(node, "v" + deploy);
        long until = began + Duration.ofSeconds(10L * (deploy - 1)).toNanos();
        node.passUntil(() -> System.nanoTime() > until);
      }

      node.passUntil(() -> node.done().size() >= 22);
      node.passUntil(() -> node.phases().equals(List.of(GenerationPhase.CONSUMING)));
      System.out.println("celery countdown: " + name + ": ms late " + node.lateness("due"));
      assertThat(node.began()).hasSize(22).doesNotHaveDuplicates();
      assertThat(node.lateness("due")).hasSize(20).allMatch(late -> late < 1000);
    }
  }

  private static void converges(CeleryNode node, String version) {
    PassResult pushed = node.push(version);
    assertThat(pushed.state()).as(pushed.reason()).isEqualTo(NodeState.CONVERGED);
  }
}

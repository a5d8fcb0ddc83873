package dev.pullcord.agent.worker.kind.celery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.rig.CeleryNode;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.Needs;
import dev.pullcord.testkit.broker.RabbitServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One node with real Celery workers on a real RabbitMQ. */
class CeleryOnRabbitTest {
  private static final Duration WAITS = Duration.ofSeconds(60);
  private static RabbitServer rabbit;
  @TempDir Path temp;
  private CeleryNode node;

  @BeforeAll
  static void broker(@TempDir Path directory) {
    Needs.celery();
    rabbit = RabbitServer.started(directory);
  }

  @AfterAll
  static void end() {
    if (rabbit != null) {
      rabbit.close();
    }
  }

  @BeforeEach
  void open() throws IOException {
    node = new CeleryNode(temp, rabbit);
  }

  @AfterEach
  void close() throws IOException {
    node.close();
  }

  @Test
  void noNewcomerDiesOfACanaryThatComesBeforeItsLoopTurns() {
    node.more = ", canary: {task: tasks.app.canary, timeout: 60s}";
    for (int version = 1; version <= 5; version++) {
      PassResult pushed = node.push("v" + version);
      assertThat(pushed.state()).as(pushed.reason()).isEqualTo(NodeState.CONVERGED);
    }
    node.send("a", 0);
    node.passUntil(() -> node.done().contains("a v5"));
    node.passUntil(() -> node.phases().equals(List.of(GenerationPhase.CONSUMING)));
  }

  @Test
  void aQueueThatTheBrokerRefusesIsFoundBeforeTheTakeOver() {
    node.push("v1");
    node.settings = "from kombu import Queue; app.conf.task_queues = [Queue(QUEUE, max_length=9)]";

    PassResult pushed = node.push("v2");

    assertThat(pushed.state()).as(pushed.reason()).isEqualTo(NodeState.ROLLED_BACK);
    assertThat(pushed.reason()).contains("the broker refuses queue " + node.queue);
    node.send("a", 0);
    node.passUntil(() -> node.done().equals(List.of("a v1")));
  }

  /** It can be declared, so that only the take-over finds it. */
  @Test
  void aQueueThatMayNotBeReadGivesTheWorkBackToTheOldGeneration() {
    rabbit.control("set_permissions", "guest", ".*", ".*", "^(?!.*-secret$).*");
    node.push("v1");
    node.queues = List.of(node.queue + "-secret");
    node.settings =
        "from kombu import Exchange, Queue; app.conf.task_queues = [Queue('%s', Exchange('%s'))]"
            .formatted(node.queues.get(0), node.queue + "-plain");

    PassResult pushed = node.push("v2");

    assertThat(pushed.state()).as(pushed.reason()).isEqualTo(NodeState.ROLLED_BACK);
    assertThat(pushed.reason())
        .contains("the broker refuses queue " + node.queues.get(0))
        .contains("403");
    node.send("a", 0);
    node.passUntil(() -> node.done().equals(List.of("a v1")));
    node.passUntil(() -> node.phases().equals(List.of(GenerationPhase.CONSUMING)));
  }

  /** Celery before 5.5: its prefetch count is for the whole channel, which RabbitMQ refuses. */
  @Test
  void aQuorumQueueThatThisCeleryCannotConsumeIsNamedAndTheOldOneWorksOn() {
    node.push("v1");
    node.queues = List.of(node.queue + "-quorum");
    node.settings =
        "from kombu import Queue; app.conf.task_queues = [Queue("
            + ("'%s', queue_arguments={'x-queue-type': 'quorum'})]".formatted(node.queues.get(0)));

    PassResult pushed = node.push("v2");

    assertThat(pushed.state()).as(pushed.reason()).isEqualTo(NodeState.ROLLED_BACK);
    assertThat(pushed.reason()).contains("the broker refuses").contains("does not support global");
    node.send("a", 0);
    node.passUntil(() -> node.done().equals(List.of("a v1")));
  }

  /** With the loop stopped by SIGTERM the broker gives the job out again after 8 s. */
  @Test
  void aJobThatOutlivesTheBrokersPatienceIsDoneOnceOverTwoDeploys() {
    node.settings = "app.conf.broker_heartbeat = 4";
    node.push("v1");
    node.send("long", 25);
    node.passUntil(() -> node.began().contains("long v1"));

    node.push("v2");
    node.push("v3");

    node.passUntil(() -> node.done().contains("long v1"));
    node.passUntil(() -> node.phases().equals(List.of(GenerationPhase.CONSUMING)));
    assertThat(node.began()).containsExactly("long v1");
  }

  /** The control arm: SIGTERM at once, as it is done without Pullcord. */
  @Test
  void theSameJobIsDoneTwiceWhenItsWorkerGetsSigtermWhileItRuns() throws IOException {
    node.settings = "app.conf.broker_heartbeat = 4";
    Process old = node.plainWorker("old");
    node.send("long", 20);
    Eventually.within(WAITS).until("the job began", () -> node.began().size(), n -> n == 1);
    Process next = node.plainWorker("next");
    try {
      old.destroy();
      Eventually.within(WAITS).until("it began again", () -> node.began().size(), n -> n == 2);
    } finally {
      for (Process worker : List.of(old, next)) {
        worker.descendants().forEach(ProcessHandle::destroyForcibly);
        worker.destroyForcibly().onExit().join();
      }
    }
  }

  /** Some in CI, all with {@code -Dpullcord.full=true}. */
  static List<String> pools() {
    return Boolean.getBoolean("pullcord.full")
        ? List.of("prefork", "gevent", "eventlet", "threads")
        : List.of("prefork", "gevent");
  }

  @ParameterizedTest
  @MethodSource("pools")
  void tasksThatAreDueLaterAreDoneOnceAndAtTheirTimeBesideALongJob(String pool) {
    if (List.of("gevent", "eventlet").contains(pool)) {
      Needs.celeryWith(pool);
    }
    node.args = "--concurrency=2, --pool=" + pool;
    node.push("v1");
    node.send("long", CeleryNode.UNTIL_TOLD);
    node.passUntil(() -> node.began().contains("long v1"));
    long sent = System.nanoTime();
    for (int seconds = 9; seconds <= 18; seconds += 3) {
      node.send("work", "due-" + seconds, 0, seconds);
    }

    PassResult second = node.push("v2");

    long switched = Duration.ofNanos(System.nanoTime() - sent).toSeconds();
    assertThat(second.state()).as(second.reason()).isEqualTo(NodeState.CONVERGED);
    node.passUntil(() -> node.done().size() == 4);
    assertThat(node.done()).as("none waited for the long one").doesNotContain("long v1");
    assertThat(node.lateness("due"))
        .as("milliseconds, of two clocks that are read apart")
        .hasSize(4)
        .allSatisfy(late -> assertThat(late).isGreaterThan(-1000));
    node.tellToFinish("long");
    node.passUntil(() -> node.done().contains("long v1") && node.done().size() == 5);
    for (int seconds = 9; seconds <= 18; seconds += 3) {
      if (seconds > switched) {
        assertThat(node.done()).contains("due-" + seconds + " v2");
      }
    }
    node.passUntil(() -> node.phases().equals(List.of(GenerationPhase.CONSUMING)));
    assertThat(node.began()).hasSize(5).doesNotHaveDuplicates();
  }
}

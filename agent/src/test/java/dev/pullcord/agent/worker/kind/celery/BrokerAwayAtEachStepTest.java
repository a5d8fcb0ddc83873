package dev.pullcord.agent.worker.kind.celery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.journal.JournalProbe;
import dev.pullcord.agent.rig.CeleryNode;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.testkit.Needs;
import dev.pullcord.testkit.Sampled;
import dev.pullcord.testkit.broker.RabbitServer;
import dev.pullcord.testkit.broker.RedisServer;
import dev.pullcord.testkit.broker.TaskBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Takes the broker away at a step of a handover, and brings it back at once or later. No job is
 * lost, the commit is not blamed, and nothing is done twice but what was under way: the broker
 * gives that out again.
 */
class BrokerAwayAtEachStepTest {
  private static final Duration LATER = Duration.ofSeconds(8);
  private static RedisServer redis;
  private static RabbitServer rabbit;
  @TempDir Path temp;

  /**
   * When.
   *
   * @param broker redis or rabbit
   * @param step the entry of the journal after which it goes
   * @param comesBack how long after it went
   * @param settings Python statements about the application
   */
  record Moment(String broker, String step, Duration comesBack, String settings) {
    @Override
    public String toString() {
      return "%s after %s for %s s %s"
          .formatted(broker, step, comesBack.toSeconds(), settings.replace("app.conf.", ""));
    }
  }

  @BeforeAll
  static void brokers(@TempDir Path directory) {
    Needs.celery();
    redis = RedisServer.started(directory.resolve("redis"));
    rabbit = RabbitServer.started(directory.resolve("rabbit"));
  }

  @AfterAll
  static void end() {
    for (TaskBroker broker : new TaskBroker[] {redis, rabbit}) {
      if (broker != null) {
        broker.close();
      }
    }
  }

  /** One for each broker in CI. */
  static List<Moment> moments() {
    List<Moment> sample =
        List.of(
            new Moment("redis", "TakeOverIntent", Duration.ZERO, ""),
            new Moment("rabbit", "TakenOver", Duration.ZERO, ""));
    return Sampled.of(sample, all());
  }

  private static List<Moment> all() {
    List<Moment> moments = new ArrayList<>();
    for (String broker : List.of("redis", "rabbit")) {
      for (String step : List.of("Started", "TakeOverIntent", "TakenOver", "Healthy")) {
        moments.add(new Moment(broker, step, Duration.ZERO, ""));
        moments.add(new Moment(broker, step, LATER, ""));
      }
      for (String setting :
          List.of(
              "app.conf.broker_connection_retry = False",
              "app.conf.broker_connection_retry_on_startup = False",
              "app.conf.broker_connection_max_retries = 1",
              "app.conf.worker_cancel_long_running_tasks_on_connection_loss = True")) {
        moments.add(new Moment(broker, "TakenOver", LATER, setting));
      }
    }
    return moments;
  }

  /** Takes the broker away once, at a boundary of the journal. */
  private static final class Away implements JournalProbe {
    private final Moment moment;
    private final CeleryNode node;
    private final Set<String> underWay = new TreeSet<>();
    private volatile boolean armed;
    private Thread operator = new Thread();

    Away(Moment moment, CeleryNode node) {
      this.moment = moment;
      this.node = node;
    }

    @Override
    public void after(Boundary boundary) {
      if (armed && boundary.entry().equals(moment.step())) {
        armed = false;
        node.broker.stop();
        operator =
            Thread.ofPlatform()
                .start(() -> {
                  LockSupport.parkNanos(moment.comesBack().toNanos());
                  underWay.addAll(names(node.began()));
                  node.broker.start();
                });
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("moments")
  void losesNothingAndBlamesNoCommit(Moment moment) throws Exception {
    TaskBroker broker = moment.broker().equals("redis") ? redis : rabbit;
    try (CeleryNode node = new CeleryNode(temp, broker)) {
      Away away = new Away(moment, node);
      node.rig.probe = away;
      node.settings = moment.settings();
      node.more =
          ", canary: {task: tasks.app.canary, timeout: 60s},"
              + " health: {kind: celery, deadline: 60s}";
      node.push("v1");
      for (String name : List.of("long-0", "long-1")) {
        node.send(name, 10);
      }
      node.passUntil(() -> node.began().size() == 2);
      for (String name : List.of("a", "b", "c")) {
        node.send(name, 0.1);
      }

      away.armed = true;
      PassResult during = node.push("v2");

      assertThat(away.armed).as("the step was there").isFalse();
      assertThat(during.state()).as(during.reason()).isNotEqualTo(NodeState.ROLLED_BACK);
      away.operator.join();
      node.passUntil(() -> node.rig.agent().status().state() == NodeState.CONVERGED);
      node.reconnect();
      node.send("d", 0);
      Set<String> all = Set.of("long-0", "long-1", "a", "b", "c", "d");
      node.passUntil(() -> names(node.done()).containsAll(all));
      node.passUntil(() -> node.phases().equals(List.of(GenerationPhase.CONSUMING)));
      List<String> once = new ArrayList<>(names(node.done()));
      once.removeAll(away.underWay);
      assertThat(once).doesNotHaveDuplicates();
      assertThat(node.done()).contains("d v2");
      System.out.println("celery broker away: " + moment + ": done " + new TreeSet<>(node.done()));
    }
  }

  private static List<String> names(List<String> jobs) {
    return jobs.stream().map(job -> job.split(" ")[0]).toList();
  }
}

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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tasks that are made of others, retried or due later, while the worker that does them is replaced:
 * each is done once, and every result is right. Results are in Redis.
 */
class CanvasTest {
  private static final String TASKS =
      """
      import os, time
      from tasks.app import app
      def note(name):
          with open(os.environ['LEDGER'] + '/canvas', 'a') as ledger:
              ledger.write(name + '\\n')
      @app.task
      def add(a, b, name):
          time.sleep(0.2)
          note(name)
          return a + b
      @app.task
      def total(numbers, name):
          note(name)
          return sum(numbers)
      @app.task(bind=True, max_retries=3)
      def third(self, name):
          note('%s try %d' % (name, self.request.retries))
          if self.request.retries < 2:
              raise self.retry(countdown=0.7)
          return self.request.retries
      """;

  /** Sends a round of everything every 0.4 s until its input ends; then says what came of it. */
  private static final String SENDS =
      """
      import datetime, select, sys
      from celery import Celery, chain, chord, group
      broker, backend, queue = sys.argv[1:]
      app = Celery(broker=broker, backend=backend, set_as_current=True)
      app.conf.task_default_queue = queue
      app.conf.broker_transport_options = (
          {'visibility_timeout': 172800} if broker.startswith('redis') else {})
      def s(task, *args):
          return app.signature('tasks.canvas.' + task, args=args)
      asked, names, n = [], [], 0
      while not select.select([sys.stdin], [], [], 0.4)[0]:
          parts = ['%s-%d-%d' % (kind, n, i) for kind in ('chord', 'group', 'chain')
                   for i in range(3)]
          names += parts + ['total-%d' % n, 'count-%d' % n, 'eta-%d' % n]
          names += ['retry-%d try %d' % (n, i) for i in range(3)]
          asked.append((chord([s('add', n, i, parts[i]) for i in range(3)],
                              s('total', 'total-%d' % n)).apply_async(), 3 * n + 3))
          asked.append((group([s('add', n, i, parts[3 + i])
                               for i in range(3)]).apply_async(), [n, n + 1, n + 2]))
          asked.append((chain(s('add', n, 1, parts[6]), s('add', 1, parts[7]),
                              s('add', 1, parts[8])).apply_async(), n + 3))
          asked.append((s('third', 'retry-%d' % n).apply_async(), 2))
          asked.append((s('add', n, 1, 'count-%d' % n).apply_async(countdown=3), n + 1))
          soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=2)
          asked.append((s('add', n, 2, 'eta-%d' % n).apply_async(eta=soon), n + 2))
          n += 1
      wrong = [(str(r), w, g) for r, w in asked for g in [r.get(timeout=60)] if g != w]
      print(len(asked), 'asked', wrong)
      for name in names:
          print(name)
      """;

  @TempDir Path temp;
  private RedisServer redis;

  @BeforeEach
  void open() {
    Needs.celery();
    redis = RedisServer.started(temp.resolve("redis"));
  }

  @AfterEach
  void close() {
    redis.close();
  }

  @Test
  void everyPartIsDoneOnceOverDeploysOnRedis() throws Exception {
    endsOnceWithTheRightResult(redis, 2);
  }

  @Test
  void everyPartIsDoneOnceOverDeploysOnRabbit() throws Exception {
    try (RabbitServer rabbit = RabbitServer.started(temp.resolve("rabbit"))) {
      endsOnceWithTheRightResult(rabbit, 1);
    }
  }

  private void endsOnceWithTheRightResult(TaskBroker broker, int sample) throws Exception {
    try (CeleryNode node = new CeleryNode(temp, broker)) {
      node.args = "--concurrency=6";
      node.settings =
          "app.conf.update(result_backend='%s', task_ignore_result=False, ".formatted(redis.url(1))
              + "task_default_queue=QUEUE, imports=['tasks.canvas'])";
      node.extra.put("tasks/canvas.py", TASKS);
      converges(node, 0);
      Process client =
          new ProcessBuilder(
                  Needs.celery().toString(), "-c", SENDS, broker.url(), redis.url(1), node.queue)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      for (int version = 1; version <= deploys(sample); version++) {
        converges(node, version);
      }
      client.getOutputStream().close();

      List<String> said =
          new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .toList();

      assertThat(client.waitFor(90, TimeUnit.SECONDS)).isTrue();
      assertThat(said.getFirst()).endsWith(" asked []");
      assertThat(Files.readAllLines(node.rig.ledger.resolve("canvas")))
          .containsExactlyInAnyOrderElementsOf(said.subList(1, said.size()));
      node.passUntil(() -> node.phases().equals(List.of(GenerationPhase.CONSUMING)));
    }
  }

  /** That many in CI, eight with {@code -Dpullcord.full=true}. */
  private static int deploys(int sample) {
    return Boolean.getBoolean("pullcord.full") ? 8 : sample;
  }

  private static void converges(CeleryNode node, int version) {
    PassResult pushed = node.push("v" + version);
    assertThat(pushed.state()).as(pushed.reason()).isEqualTo(NodeState.CONVERGED);
  }
}

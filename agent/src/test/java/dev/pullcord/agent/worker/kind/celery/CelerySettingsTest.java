package dev.pullcord.agent.worker.kind.celery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.rig.CeleryNode;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.Needs;
import dev.pullcord.testkit.broker.RedisServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings, variables and options that people have, each of which once broke a handover. */
class CelerySettingsTest {
  private static RedisServer redis;
  @TempDir Path temp;
  private CeleryNode node;

  @BeforeAll
  static void broker(@TempDir Path directory) {
    Needs.celery();
    redis = RedisServer.started(directory);
  }

  @AfterAll
  static void end() {
    if (redis != null) {
      redis.close();
    }
  }

  @BeforeEach
  void open() throws IOException {
    node = new CeleryNode(temp, redis);
  }

  @AfterEach
  void close() throws IOException {
    node.close();
  }

  @Test
  void aRemappedSigtermKillsNoJob() {
    node.env = ", REMAP_SIGTERM: SIGQUIT, CELERY_WORKER_PURGE: \"1\"";
    node.settings = "app.conf.task_acks_late = False";
    converges("v1");
    node.send("long", 5);
    node.passUntil(() -> node.began().contains("long v1"));

    converges("v2");

    node.passUntil(() -> node.phases().equals(List.of(GenerationPhase.CONSUMING)));
    assertThat(node.done()).containsExactly("long v1");
    assertThat(told(2)).contains("REMAP_SIGTERM is not used").contains("CELERY_WORKER_PURGE");
  }

  @Test
  void modulesOfTheArgumentsAreLoadedBesideOurOwn() {
    node.args = "-I, tasks.more, -c, \"1\"";
    node.extra.put("tasks/more.py", "open('%s/more', 'w').close()\n".formatted(node.rig.ledger));

    converges("v1");

    assertThat(node.rig.ledger.resolve("more")).exists();
  }

  @Test
  void aWorkerWithoutRemoteControlProvesItselfByAMessageOnItsOwnQueue() {
    node.settings = "app.conf.worker_enable_remote_control = False";
    converges("v1");
    converges("v2");

    assertThat(node.proof())
        .contains("no remote control; a message on its private queue came back to sea-01-g2-");
    node.send("a", 0);
    node.passUntil(() -> node.done().equals(List.of("a v2")));
  }

  @Test
  void anApplicationThatCreatesNoQueuesGetsOursAllTheSame() {
    node.settings =
        "from kombu import Queue; app.conf.task_queues = [Queue(QUEUE)];"
            + " app.conf.task_create_missing_queues = False";
    node.more = ", canary: {task: tasks.app.canary, timeout: 60s}";
    converges("v1");
    converges("v2");

    node.send("a", 0);
    node.passUntil(() -> node.done().equals(List.of("a v2")));
  }

  @Test
  void aQueueThatTheApplicationRefusesIsNamedBeforeAnythingIsStarted() {
    node.settings =
        "from kombu import Queue; app.conf.task_queues = [Queue('other')];"
            + " app.conf.task_create_missing_queues = False";

    PassResult pushed = node.push("v1");

    assertThat(pushed.reason())
        .contains("queues: no queue " + node.queue)
        .contains("task_queues has other");
  }

  @Test
  void whatADrainingWorkerHoldsIsCountedByKindAndDone() {
    node.args = "--concurrency=1, --prefetch-multiplier=8";
    converges("v1");
    node.send("long", CeleryNode.UNTIL_TOLD);
    node.passUntil(() -> node.began().contains("long v1"));
    for (int i = 0; i < 3; i++) {
      node.send("short-" + i, 0.1);
    }
    for (int i = 0; i < 3; i++) {
      node.send("slow", "slow-" + i, 0, 0);
    }

    converges("v2");

    node.passUntil(() -> node.held().waiting() != null);
    assertThat(node.held().text(ZoneOffset.UTC))
        .matches("1 running, [45] reserved, [12] rate-limited");
    node.tellToFinish("long");
    node.passUntil(() -> node.phases().equals(List.of(GenerationPhase.CONSUMING)));
    assertThat(node.done()).hasSize(7).allMatch(job -> job.endsWith(" v1"));
  }

  @Test
  void aStopStartWorkerKeepsWhatIsDueWhileItDrainsAndGivesTheRestBack() {
    node.more = ", restart: stop-start";
    converges("v1");
    node.send("long", 6);
    node.passUntil(() -> node.began().contains("long v1"));
    node.send("work", "early", 0, 3);
    node.send("work", "late", 0, 40);

    converges("v2");

    assertThat(node.done()).containsExactlyInAnyOrder("early v1", "long v1");
    node.passUntil(() -> node.done().contains("late v2"));
    assertThat(node.lateness("")).allMatch(late -> late < 30_000);
  }

  /** Celery consumes such a queue, and does not count it among those that are selected. */
  @Test
  void aQueueThatAnOperatorAddsIsGivenUpWithTheOthers() throws IOException {
    String more = node.queue + "-reports";
    node.settings =
        "from kombu import Queue; app.conf.task_queues = [Queue(QUEUE), Queue('%s')]"
            .formatted(more);
    converges("v1");
    node.send("long", CeleryNode.UNTIL_TOLD);
    node.passUntil(() -> node.began().contains("long v1"));
    control("app.control.add_consumer('%1$s'); app.control.add_consumer('%1$s-new')", more);
    await(() -> told(1).contains(more + "\", \"" + more + "-new\""));
    node.passUntil(() -> node.rig.agent().status().state() == NodeState.CONVERGED);

    converges("v2");

    assertThat(told(1)).contains("\"queues\": []");
    control("app.send_task('tasks.app.work', ('left', 0), queue='%s')", more);
    assertThat(
            control(
                "answers = app.control.inspect(timeout=30, limit=2).active_queues() or {}; "
                    + "print([[queue['name'] for queue in queues]"
                    + " for name, queues in answers.items() if '-g1-' in name])",
                ""))
        .as("the queues of the old one, which has answered")
        .isEqualTo("[[]]");
    node.tellToFinish("long");
    node.passUntil(() -> node.phases().equals(List.of(GenerationPhase.CONSUMING)));
    assertThat(node.done()).as("v2 was not told to consume it").containsExactly("long v1");
  }

  @Test
  void aStepThatConsumesByItselfIsWarnedOf() {
    node.settings =
        """
        from celery import bootsteps
        class Reports(bootsteps.ConsumerStep):
            def get_consumers(self, channel):
                return []
        app.steps['consumer'].add(Reports)
        """;

    converges("v1");

    assertThat(told(1)).contains("the consumer steps Reports take messages by themselves");
  }

  @Test
  void aSoloWorkerThatIsBusyWithLongTasksConverges() {
    node.args = "--pool=solo";
    node.more = ", health: {kind: celery, deadline: 20s}";
    converges("v1");
    node.send("one", CeleryNode.UNTIL_TOLD);
    node.passUntil(() -> node.began().contains("one v1"));
    node.send("two", CeleryNode.UNTIL_TOLD);

    converges("v2");

    node.passUntil(() -> node.began().contains("two v2"));
    node.tellToFinish("one");
    node.passUntil(() -> node.phases().equals(List.of(GenerationPhase.CONSUMING)));
    node.tellToFinish("two");
    node.passUntil(() -> node.done().equals(List.of("one v1", "two v2")));
  }

  @Test
  void aStatusThatCannotBeWrittenEndsNoConnectionToTheBroker() throws IOException {
    converges("v1");
    node.send("long", CeleryNode.UNTIL_TOLD);
    node.passUntil(() -> node.began().contains("long v1"));
    Path status = node.rig.home.resolve("generations/1/kind/status.json");
    Path away = temp.resolve("status.json");
    Files.move(status, away);

    await(() -> node.file(1, "log").contains("status.json cannot be written"));
    node.rig.pause();
    Files.move(away, status);

    node.tellToFinish("long");
    node.passUntil(() -> node.done().contains("long v1"));
    node.passUntil(() -> node.rig.agent().status().state() == NodeState.CONVERGED);
    assertThat(told(1)).contains("\"connects\": 1");
    assertThat(node.began()).containsExactly("long v1");
  }

  @Test
  void aWorkerWhoseClockIsSetBackSaysThatItLivesAllTheSame() throws IOException {
    node.settings =
        """
        clock = time.time
        back = os.environ['LEDGER'] + '/back'
        time.time = lambda: clock() - (3600 if os.path.exists(back) else 0)
        """;
    converges("v1");
    String before = told(1);

    Files.createFile(node.rig.ledger.resolve("back"));

    await(() -> at(told(1)) < at(before) - 3000);
    double first = at(told(1));
    await(() -> at(told(1)) > first);
  }

  private static double at(String told) {
    return Double.parseDouble(told.replaceAll("(?s).*\"at\": ([0-9.]+).*", "$1"));
  }

  private void await(BooleanSupplier so) {
    Eventually.within(node.waits).until("it is so", so::getAsBoolean, is -> is);
  }

  /** What a client of the broker prints that does this. */
  private String control(String python, String queue) throws IOException {
    Process client =
        new ProcessBuilder(
                Needs.celery().toString(),
                "-c",
                "import sys; from celery import Celery; app = Celery(broker=sys.argv[1]); "
                    + python.formatted(queue),
                redis.url())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(client.onExit().join().exitValue()).isZero();
    return printed.strip();
  }

  private void converges(String version) {
    PassResult pushed = node.push(version);
    assertThat(pushed.state()).as(pushed.reason()).isEqualTo(NodeState.CONVERGED);
  }

  private String told(long generation) {
    return node.file(generation, "kind/status.json");
  }
}

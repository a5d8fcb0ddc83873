package dev.pullcord.agent.worker.kind.celery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.rig.CeleryNode;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.Needs;
import dev.pullcord.testkit.broker.RabbitServer;
import dev.pullcord.testkit.broker.RedisServer;
import dev.pullcord.testkit.broker.TaskBroker;
import dev.pullcord.testkit.broker.TaskLoad;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Restarts one worker in the usual way, under the work of {@link CeleryMatrixTest} and {@link
 * LongJobsTest}: the new code is put in place, the worker gets SIGTERM, after a time limit SIGKILL,
 * and is started again. It must lose jobs, begin them twice or do them late, or the books of those
 * tests prove nothing. With {@code --full} alone.
 */
@EnabledIfSystemProperty(named = "pullcord.full", matches = "true")
class UsualRestartTest {
  private static final Duration WAITS = Duration.ofSeconds(90);

  /** What supervisor gives a program to end, if nobody sets {@code stopwaitsecs}. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** Without any restart, Celery itself began countdown tasks up to 2 s late on RabbitMQ. */
  private static final long IN_TIME_MILLIS = 3000;

  /** Longer than any job here. */
  private static final Duration NO_LIMIT = Duration.ofMinutes(3);

  @TempDir Path temp;
  private final List<Process> workers = new ArrayList<>();

  @AfterEach
  void end() {
    workers.forEach(UsualRestartTest::kill);
  }

  /** Jobs of 25 s and five short ones a second, as in the load of the deploys on RabbitMQ. */
  @ParameterizedTest
  @ValueSource(strings = {"early", "late"})
  void losesJobsOnRabbitWithEarlyAcksAndBeginsThemTwiceWithLateOnes(String acks)
      throws IOException, InterruptedException {
    Needs.celery();
    String settings = "app.conf.task_acks_late = " + (acks.equals("late") ? "True" : "False");
    try (TaskBroker rabbit = RabbitServer.started(temp.resolve("broker"));
        CeleryNode node = new CeleryNode(temp, rabbit)) {
      node.args = "--concurrency=4";
      node.extra.put("search/patterns", "v1\n");
      node.extra.putAll(TaskLoad.application("v1", settings));
      start(node, "v1");
      TaskLoad.Rate rate = new TaskLoad.Rate(25, 4, 5);
      TaskLoad.Route route = new TaskLoad.Route(List.of(node.queue), settings, false);
      try (TaskLoad load =
          TaskLoad.started(Needs.celery(), rabbit.url(), node.rig.ledger, rate, route)) {
        for (int restart = 1; restart <= 2; restart++) {
          String running = " v" + restart;
          String version = "v" + (restart + 1);
          Eventually.within(WAITS)
              .until(
                  "a long job of it runs",
                  node::began,
                  jobs ->
                      jobs.stream()
                          .anyMatch(job -> job.startsWith("long") && job.endsWith(running)));
          node.extra.putAll(TaskLoad.application(version, settings));
          restart(node, version, LIMIT);
        }
        int done = load.done().size();
        Eventually.within(WAITS)
            .until("the new one works", load::done, jobs -> jobs.size() > done + 12);
        load.stop();
        waitUntil(() -> load.lost().isEmpty(), Duration.ofSeconds(60));
        Set<String> twice = twice(names(node.began()));
        System.out.printf(
            "usual restart: load on rabbit, %s acks: %d jobs, %d lost, %d begun twice%n",
            acks, load.sent().size(), load.lost().size(), twice.size());
        assertThat(acks.equals("late") ? twice : load.lost()).isNotEmpty();
      }
    }
  }

  /** The countdown tasks and the jobs of {@link LongJobsTest}, with its settings. */
  @ParameterizedTest
  @ValueSource(strings = {"redis", "rabbit"})
  void countdownTasksAreLostOrLateOverFiveRestartsBesideJobsOfAMinute(String name)
      throws IOException, InterruptedException {
    Needs.celery();
    Path home = temp.resolve("broker");
    try (TaskBroker broker =
            name.equals("redis") ? RedisServer.started(home) : RabbitServer.started(home);
        CeleryNode node = new CeleryNode(temp, broker)) {
      node.args = "--concurrency=3";
      start(node, "v1");
      node.send("long-0", 60);
      node.send("long-1", 60);
      Eventually.within(WAITS).until("both run", node::began, jobs -> jobs.size() == 2);
      long began = System.nanoTime();
      for (int i = 0; i < 20; i++) {
        node.send("work", "due-" + i, 0, 5 + 2.5 * i);
      }
      for (int restart = 1; restart <= 5; restart++) {
        restart(node, "v" + (restart + 1), LIMIT);
        long until = began + Duration.ofSeconds(10L * restart).toNanos();
        LockSupport.parkNanos(until - System.nanoTime());
      }
      waitUntil(() -> Set.copyOf(names(node.done())).size() == 22, Duration.ofSeconds(75));

      int lost = 22 - Set.copyOf(names(node.done())).size();
      Set<String> twice = twice(names(node.began()));
      List<Long> late = node.lateness("due");
      List<Long> inTime = late.stream().filter(ms -> ms < IN_TIME_MILLIS).toList();
      System.out.printf(
          "usual restart: countdown on %s: 22 jobs, %d lost, %d begun twice; 20 countdowns, %d in"
              + " time, ms late %s%n",
          name, lost, twice.size(), inTime.size(), late);
      assertThat(lost + twice.size()).isPositive();
      assertThat(inTime).hasSizeLessThan(20);
    }
  }

  /**
   * Everything is a tenth: of six minutes for the job, of the heartbeat of 60 s that RabbitMQ and
   * Celery agree on by default, and of the 90 s in which systemd lets a unit end. A limit of 0 is
   * none. In full length this would take half an hour.
   */
  @ParameterizedTest
  @ValueSource(ints = {9, 0})
  void doesALongJobAgainOnRabbitOverThreeRestarts(int limit)
      throws IOException, InterruptedException {
    Needs.celery();
    try (TaskBroker rabbit = RabbitServer.started(temp.resolve("broker"));
        CeleryNode node = new CeleryNode(temp, rabbit)) {
      node.settings = "app.conf.broker_heartbeat = 6";
      start(node, "v1");
      node.send("long", 36);
      for (int restart = 1; restart <= 3; restart++) {
        int runs = restart;
        waitUntil(() -> node.began().size() >= runs, Duration.ofSeconds(20));
        restart(node, "v" + (restart + 1), limit == 0 ? NO_LIMIT : Duration.ofSeconds(limit));
      }
      waitUntil(() -> node.began().size() > 3, Duration.ofSeconds(20));
      waitUntil(() -> node.done().contains(node.began().getLast()), Duration.ofSeconds(60));

      System.out.printf(
          "usual restart: long job on rabbit, limit %d s: begun %s, done %s%n",
          limit, node.began(), node.done());
      assertThat(node.began()).hasSizeGreaterThan(1);
    }
  }

  private void start(CeleryNode node, String version) throws IOException {
    workers.add(node.plainWorker(version));
  }

  private void restart(CeleryNode node, String version, Duration limit)
      throws IOException, InterruptedException {
    node.writeInPlace(version);
    Process old = workers.getLast();
    old.destroy();
    if (!old.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      kill(old);
    }
    start(node, version);
  }

  private static void kill(Process worker) {
    worker.descendants().forEach(ProcessHandle::destroyForcibly);
    worker.destroyForcibly().onExit().join();
  }

  /** Waits until it is so, and no longer than that: what is lost never comes. */
  private static void waitUntil(BooleanSupplier so, Duration atMost) {
    long until = System.nanoTime() + atMost.toNanos();
    while (!so.getAsBoolean() && System.nanoTime() < until) {
      LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
    }
  }

  private static List<String> names(List<String> jobs) {
    return jobs.stream().map(job -> job.split(" ")[0]).toList();
  }

  private static Set<String> twice(List<String> names) {
    Set<String> seen = new HashSet<>();
    Set<String> twice = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        twice.add(name);
      }
    }
    return twice;
  }
}

package dev.pullcord.agent.worker.kind.celery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.rig.Rig;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.read.ManifestParser;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.testkit.Needs;
import dev.pullcord.testkit.broker.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real celery beat over deploys: every tick once, and a schedule that outlives its release. */
class BeatTest {
  private static final String APP =
      """
      import os
      from celery import Celery
      app = Celery('clock', broker=os.environ['BROKER'])
      app.conf.beat_schedule_filename = os.environ['PULLCORD_STATE'] + '/schedule'
      app.conf.beat_schedule = {
          'tick': {'task': 'tasks.tick', 'schedule': 2.0, 'options': {'queue': 'ticks'}}}
      """;

  /** Writes down when each tick came, in milliseconds. */
  private static final String COUNTS =
      """
      import sys, time, redis
      client = redis.Redis.from_url(sys.argv[1])
      while True:
          client.brpop('ticks')
          print(int(time.time() * 1000), flush=True)
      """;

  private static final String TOLD =
      "import sys, shelve; print(shelve.open(sys.argv[1])['entries']['tick'].total_run_count)";

  @TempDir Path temp;
  private Rig rig;
  private RedisServer redis;
  private Path python;
  private Process counter;

  @BeforeEach
  void open() throws IOException {
    python = Needs.celery();
    redis = RedisServer.started(temp.resolve("redis"));
    rig = new Rig(temp);
    counter =
        new ProcessBuilder(python.toString(), "-c", COUNTS, redis.url())
            .redirectOutput(rig.ledger.resolve("ticks").toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
  }

  @AfterEach
  void close() throws IOException {
    counter.destroyForcibly();
    rig.agent().status().workers().values().stream()
        .flatMap(worker -> worker.generations().stream())
        .flatMap(generation -> ProcessHandle.of(generation.pid()).stream())
        .forEach(ProcessHandle::destroyForcibly);
    rig.close();
    redis.close();
  }

  @Test
  void noTickIsLostOrDoubledOverDeploysAndTheScheduleOutlivesItsRelease() throws Exception {
    converges("v1");
    awaitTicks(2);
    converges("v2");
    awaitTicks(4);
    converges("v3");
    awaitTicks(6);

    rig.push(rig.source.commit(manifest("workers: {}"), files("v4")));

    rig.await(() -> {
      rig.pass();
      return rig.agent().status().workers().isEmpty();
    });
    List<Long> ticks = ticks();
    assertThat(told()).as("beat has counted on over its releases").isEqualTo(ticks.size());
    assertThat(IntStream.range(1, ticks.size()).mapToLong(i -> ticks.get(i) - ticks.get(i - 1)))
        .allMatch(millis -> millis > 1500);
  }

  private void converges(String version) {
    String beat =
        """
        workers:
          beat:
            {kind: process, run: [%s, -m, celery, -A, tasks.app, beat], restart: stop-start,
             env: {BROKER: "%s"}}
        """
            .formatted(python, redis.url());
    PassResult pushed = rig.push(rig.source.commit(manifest(beat), files(version)));
    assertThat(pushed.state()).as(pushed.reason()).isEqualTo(NodeState.CONVERGED);
  }

  private static Manifest manifest(String workers) {
    String yaml = "version: 1\nbundles: {tasks: {paths: [tasks/]}}\n" + workers;
    return ((ManifestResult.Valid) ManifestParser.parse(yaml.getBytes(StandardCharsets.UTF_8)))
        .manifest();
  }

  private static Map<String, String> files(String version) {
    return Map.of("tasks/__init__.py", "", "tasks/app.py", APP + "# " + version + "\n");
  }

  private void awaitTicks(int number) {
    rig.await(() -> ticks().size() >= number);
  }

  private List<Long> ticks() {
    try {
      return rig.lines("ticks").stream().map(Long::valueOf).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many ticks the schedule says were sent. */
  private int told() throws Exception {
    Path schedule = rig.home.resolve("workers/beat/schedule");
    Process process =
        new ProcessBuilder(python.toString(), "-c", TOLD, schedule.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return Integer.parseInt(said.strip());
  }
}

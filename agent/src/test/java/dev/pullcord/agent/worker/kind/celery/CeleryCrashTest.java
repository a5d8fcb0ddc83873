package dev.pullcord.agent.worker.kind.celery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.journal.JournalProbe;
import dev.pullcord.agent.loop.BoundaryCrashes;
import dev.pullcord.agent.rig.CrashPoint;
import dev.pullcord.agent.rig.Rig;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.read.ManifestParser;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.testkit.Needs;
import dev.pullcord.testkit.broker.RedisServer;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An agent that ends at any boundary of its journal while a real Celery worker is replaced by
 * another: one generation consumes in the end, each was asked to end at most once, and every job is
 * done once, also the one that was under way. Every sixth boundary, or all with {@code
 * -Dpullcord.full=true}.
 */
class CeleryCrashTest {
  private static final int AT_A_TIME = 4;
  private static final int LONG_SECONDS = 3;

  /** Notes its starts, its SIGTERMs and its jobs. */
  private static final String APP =
      """
      import os, signal, time
      from celery import Celery, signals
      app = Celery('grep', broker=os.environ['BROKER'])
      app.conf.task_ignore_result = True
      app.conf.task_acks_late = True
      app.conf.worker_prefetch_multiplier = 1
      def note(name, text):
          with open(os.environ['LEDGER'] + '/' + name, 'a') as ledger:
              ledger.write(text + '\\n')
      @signals.worker_init.connect
      def starts(**_):
          note('starts', '%d %s' % (os.getpid(), os.environ['PULLCORD_COMMIT']))
      @signals.worker_ready.connect
      def counts(**_):
          celery = signal.getsignal(signal.SIGTERM)
          def asked(*args):
              note('terms', str(os.getpid()))
              celery(*args)
          signal.signal(signal.SIGTERM, asked)
      @app.task
      def canary():
          pass
      @app.task
      def work(name, seconds):
          note('began', name)
          time.sleep(seconds)
          note('done', name)
      """;

  /** Sends a job for each line, and says so. */
  private static final String CLIENT =
      """
      import sys
      from celery import Celery
      for line in sys.stdin:
          broker, name, seconds = line.split()
          Celery(broker=broker).send_task('tasks.app.work', (name, int(seconds)), queue='grep')
          print('sent', flush=True)
      """;

  @TempDir Path temp;
  private RedisServer redis;
  private Process client;
  private BufferedWriter jobs;
  private BufferedReader sent;

  @BeforeEach
  void open() throws IOException {
    Path python = Needs.celery();
    redis = RedisServer.started(temp.resolve("redis"));
    client =
        new ProcessBuilder(python.toString(), "-c", CLIENT)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    jobs = client.outputWriter(StandardCharsets.UTF_8);
    sent = client.inputReader(StandardCharsets.UTF_8);
  }

  @AfterEach
  void close() {
    client.destroyForcibly();
    redis.close();
  }

  @Test
  void recoversAHandoverOfQueues() throws Exception {
    int boundaries = crashAt(0);
    assertThat(boundaries).isGreaterThan(25);
    int step = Boolean.getBoolean("pullcord.full") ? 1 : 6;
    List<Future<Integer>> runs = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME)) {
      for (int n = 1; n <= boundaries; n += step) {
        int here = n;
        runs.add(threads.submit(() -> crashAt(here)));
      }
    }
    for (Future<Integer> run : runs) {
      run.get();
    }
  }

  @Test
  void noticesASigtermThatIsNotClaimed() {
    assertThatThrownBy(
            () -> {
              try (Rig rig = new Rig(Files.createDirectories(temp.resolve("unclaimed")))) {
                CommitId next = deployed(rig, 0);
                CrashPoint point = new CrashPoint("before TermSent", journal(rig));
                assertThat(crash(rig, next, point)).isEqualTo("before TermSent");
                for (Path claim : claims(rig)) {
                  Files.delete(claim);
                }
                recovers(rig, next, 0, "before TermSent");
              }
            })
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("one SIGTERM each");
  }

  /** Ends it at its n-th boundary, or never; how many it came by. */
  private int crashAt(int n) throws IOException {
    try (Rig rig = new Rig(Files.createDirectories(temp.resolve("at-" + n)))) {
      CommitId next = deployed(rig, n);
      CrashPoint point = new CrashPoint(n, true, journal(rig));
      String at = crash(rig, next, point);
      recovers(rig, next, n, at.isEmpty() ? "never" : at);
      return point.passed();
    }
  }

  /** The first commit is at work, and has a long job; what is pushed next. */
  private CommitId deployed(Rig rig, int n) throws IOException {
    PassResult first = rig.push(commit(rig, n, "1"));
    assertThat(first.state()).as(first.reason()).isEqualTo(NodeState.CONVERGED);
    send(n, "long", LONG_SECONDS);
    rig.await(() -> has(rig, "began", "long"));
    rig.end();
    return commit(rig, n, "2");
  }

  /** Where it ended; empty when the old one has ended before. */
  private static String crash(Rig rig, CommitId pushed, CrashPoint point) throws IOException {
    rig.probe = point;
    rig.decisions.decide(pushed);
    try {
      settle(rig);
      return "";
    } catch (CrashPoint.Crash crash) {
      rig.end();
      point.losePower(journal(rig));
      return String.valueOf(crash.getMessage());
    } finally {
      rig.probe = JournalProbe.NONE;
    }
  }

  private static void settle(Rig rig) {
    rig.await(() ->
        rig.pass().state() == NodeState.CONVERGED
            && rig.agent().status().workers().values().stream()
                .allMatch(worker -> worker.generations().size() == 1));
  }

  private void recovers(Rig rig, CommitId next, int n, String at) throws IOException {
    try {
      send(n, "meanwhile", 0);
      settle(rig);
      send(n, "after", 0);
      rig.await(() -> has(rig, "done", "after") && has(rig, "done", "meanwhile"));
      assertThat(rig.lines("done"))
          .as("each job once, ended %s", at)
          .containsExactlyInAnyOrder("long", "meanwhile", "after");
      assertThat(rig.lines("began")).as("begun once, ended %s", at).hasSize(3);
      BoundaryCrashes.inOrder(rig, next, at);
      long first = Long.parseLong(rig.lines("starts").getFirst().split(" ")[0]);
      assertThat(rig.lines("terms")).as("SIGTERMs, ended %s", at).containsExactly("" + first);
      assertThat(rig.history().generations().values())
          .as("one that works, ended %s", at)
          .singleElement()
          .satisfies(g -> {
            assertThat(g.phase()).isEqualTo(Generation.Phase.CONSUMING);
            Path said = rig.home.resolve("generations/" + g.number() + "/kind/status.json");
            assertThat(said).content().contains("\"queues\": [\"grep\"]");
          });
    } finally {
      for (long pid : rig.living()) {
        ProcessHandle.of(pid)
            .ifPresent(worker -> worker.descendants().forEach(ProcessHandle::destroyForcibly));
      }
    }
  }

  private CommitId commit(Rig rig, int n, String version) {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("tasks/__init__.py", "");
    files.put("tasks/app.py", "# " + version + "\n" + APP);
    return rig.source.commit(manifest(rig, n), files);
  }

  private Manifest manifest(Rig rig, int n) {
    String yaml =
        """
        version: 1
        bundles:
          tasks: {paths: [tasks/]}
        workers:
          grep:
            {kind: celery, app: tasks.app, queues: [grep],
             canary: {task: tasks.app.canary, timeout: 60s},
             args: [--concurrency=1, --without-mingle, --without-gossip],
             env: {BROKER: "%s", LEDGER: "%s"}}
        """
            .formatted(broker(n), rig.ledger);
    return ((ManifestResult.Valid) ManifestParser.parse(yaml.getBytes(StandardCharsets.UTF_8)))
        .manifest();
  }

  /** Of its own for each run, so that none sees what another has left. */
  private String broker(int n) {
    return redis.url(n);
  }

  private synchronized void send(int n, String name, int seconds) throws IOException {
    jobs.write(broker(n) + " " + name + " " + seconds + "\n");
    jobs.flush();
    assertThat(sent.readLine()).isEqualTo("sent");
  }

  private static boolean has(Rig rig, String ledger, String line) {
    try {
      return rig.lines(ledger).contains(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path journal(Rig rig) {
    return rig.home.resolve("journal");
  }

  private static List<Path> claims(Rig rig) throws IOException {
    try (Stream<Path> generations = Files.list(rig.home.resolve("generations"))) {
      return generations.map(g -> g.resolve("term")).filter(Files::exists).toList();
    }
  }
}

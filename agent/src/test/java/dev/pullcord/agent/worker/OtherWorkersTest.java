package dev.pullcord.agent.worker;

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
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The examples of workers that are not Celery, over deploys under load: few in CI, more with {@code
 * -Dpullcord.full=true}.
 */
class OtherWorkersTest {
  private static final String JOB =
      """
      import os, time
      def work(name, seconds):
          with open(os.environ['LEDGER'] + '/began', 'a') as ledger:
              ledger.write(name + '\\n')
          time.sleep(seconds)
          with open(os.environ['LEDGER'] + '/done', 'a') as ledger:
              ledger.write(name + '\\n')
      """;

  /** Sends a job every 50 ms, until its input ends. */
  private static final String SENDS =
      """
      import select, sys, time, redis, rq
      queue = rq.Queue(connection=redis.Redis.from_url(sys.argv[1]))
      number = 0
      while not select.select([sys.stdin], [], [], 0.05)[0]:
          queue.enqueue('jobs.ledger.work', 'job-%d' % number, 1.0 if number % 20 == 0 else 0.01)
          number += 1
      print(number)
      """;

  /** Asks each port all the time, with a new connection each time, until its input ends. */
  private static final String ASKS =
      """
      import http.client, sys, threading
      ended, lock = threading.Event(), threading.Lock()
      counts = {'answered': 0, 'failed': 0}
      def note(what):
          with lock:
              counts[what] += 1
      def ask(port):
          while not ended.is_set():
              connection = http.client.HTTPConnection('127.0.0.1', port, timeout=60)
              try:
                  connection.request('GET', '/')
                  answer = connection.getresponse()
                  answer.read()
                  note('answered' if answer.status == 200 else 'failed')
              except Exception as e:
                  note('failed')
                  print(repr(e), file=sys.stderr)
              finally:
                  connection.close()
      threads = [threading.Thread(target=ask, args=(int(port),))
                 for port in sys.argv[1:] for _ in range(4)]
      for thread in threads: thread.start()
      sys.stdin.read()
      ended.set()
      for thread in threads: thread.join()
      print(counts['answered'], counts['failed'])
      """;

  @TempDir Path temp;
  private Rig rig;

  @BeforeEach
  void open() throws IOException {
    rig = new Rig(temp);
  }

  @AfterEach
  void close() throws IOException {
    rig.agent().status().workers().values().stream()
        .flatMap(worker -> worker.generations().stream())
        .flatMap(generation -> ProcessHandle.of(generation.pid()).stream())
        .forEach(worker -> {
          worker.descendants().forEach(ProcessHandle::destroyForcibly);
          worker.destroyForcibly();
        });
    rig.close();
  }

  @Test
  void anRqWorkerDoesEveryJobOnceOverDeploys() throws Exception {
    Path python = Needs.pythonWith("rq, redis", "python3-rq python3-redis");
    try (RedisServer redis = RedisServer.started(temp.resolve("redis"))) {
      Map<String, String> files = example("rq");
      files.put("jobs/ledger.py", JOB);
      Manifest manifest =
          manifest(
              files,
              "python3",
              python.toString(),
              "redis://127.0.0.1:6379/0",
              redis.url() + "\", LEDGER: \"" + rig.ledger);
      converges(manifest, files, 0);
      Process sender = started(python, SENDS, List.of(redis.url()));
      for (int version = 1; version <= deploys(2, 5); version++) {
        converges(manifest, files, version);
      }

      int sent = Integer.parseInt(end(sender));

      rig.await(() -> lines("done").size() >= sent);
      assertThat(lines("done")).hasSize(sent).doesNotHaveDuplicates();
      assertThat(lines("began")).hasSize(sent);
      rig.await(() -> {
        rig.pass();
        return generations() == 1;
      });
    }
  }

  @Test
  void webServersAnswerEveryRequestOverDeploys() throws Exception {
    Path python = Needs.pythonWith("gunicorn, uvicorn", "gunicorn uvicorn");
    String pages = Integer.toString(freePort());
    String api = Integer.toString(freePort());
    Map<String, String> files = example("web");
    Manifest manifest =
        manifest(files, "python3", python.toString(), ":8000", ":" + pages, ":8001", ":" + api);
    converges(manifest, files, 0);
    Process client = started(python, ASKS, List.of(pages, api));
    for (int version = 1; version <= deploys(3, 10); version++) {
      converges(manifest, files, version);
    }

    String[] counts = end(client).split(" ");

    assertThat(Integer.parseInt(counts[0])).as("answered").isGreaterThan(100);
    assertThat(counts[1]).as("failed, of " + counts[0]).isEqualTo("0");
  }

  private static int deploys(int sample, int all) {
    return Boolean.getBoolean("pullcord.full") ? all : sample;
  }

  private void converges(Manifest manifest, Map<String, String> files, int version) {
    files.put(
        files.containsKey("web/app.py") ? "web/version.py" : "jobs/version.py", "# " + version);
    PassResult pushed = rig.push(rig.source.commit(manifest, files));
    assertThat(pushed.state()).as(pushed.reason()).isEqualTo(NodeState.CONVERGED);
  }

  private static Map<String, String> example(String name) throws IOException {
    Path example =
        Path.of(System.getProperty("pullcord.root")).resolve("manifests/examples").resolve(name);
    Map<String, String> files = new LinkedHashMap<>();
    try (Stream<Path> paths = Files.walk(example)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        files.put(example.relativize(path).toString(), Files.readString(path));
      }
    }
    return files;
  }

  /** The example's own, with other addresses and another Python. */
  private static Manifest manifest(Map<String, String> files, String... changes) {
    String yaml = Objects.requireNonNull(files.get("pullcord.yaml"));
    for (int i = 0; i < changes.length; i += 2) {
      assertThat(yaml).contains(changes[i]);
      yaml = yaml.replace(changes[i], changes[i + 1]);
    }
    return ((ManifestResult.Valid) ManifestParser.parse(yaml.getBytes(StandardCharsets.UTF_8)))
        .manifest();
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private static Process started(Path python, String program, List<String> arguments)
      throws IOException {
    List<String> run = new ArrayList<>(List.of(python.toString(), "-c", program));
    run.addAll(arguments);
    return new ProcessBuilder(run).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** Ends its input, and returns what it says then. */
  private static String end(Process process) throws Exception {
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return said.strip();
  }

  private List<String> lines(String name) {
    try {
      return rig.lines(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long generations() {
    return rig.agent().status().workers().values().stream()
        .mapToLong(worker -> worker.generations().size())
        .sum();
  }
}

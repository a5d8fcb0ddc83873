package dev.pullcord.agent.worker.kind.celery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.rig.Rig;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.read.ManifestParser;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.Tasks;
import dev.pullcord.protocol.report.WorkerStatus;
import dev.pullcord.testkit.Needs;
import dev.pullcord.testkit.broker.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One node with real Celery workers on a real Redis. */
class CeleryTest {
  private static final String APP =
      """
      import os, time
      from celery import Celery
      app = Celery('grep', broker=os.environ['BROKER'])
      app.conf.task_ignore_result = True
      app.conf.task_acks_late = True
      app.conf.worker_prefetch_multiplier = 1
      @app.task
      def canary():
          from tasks import body
      @app.task
      def work(name, seconds):
          from tasks import body
          with open(os.environ['LEDGER'] + '/began', 'a') as ledger:
              ledger.write('%s %s\\n' % (name, body.VERSION))
          end = time.time() + (seconds if seconds >= 0 else 120)
          told = os.environ['LEDGER'] + '/finish-' + name
          while time.time() < end and not os.path.exists(told):
              time.sleep(0.02)
          with open(os.environ['LEDGER'] + '/done', 'a') as ledger:
              ledger.write('%s %s %s\\n' % (name, body.VERSION, os.environ['PULLCORD_COMMIT']))
      """;

  /** Sends five tasks from the moment on at which a generation is to give its queues up. */
  private static final String AS_QUEUES_ARE_GIVEN_UP =
      """
      import json, sys, time
      from celery import Celery
      broker, wanted = sys.argv[1:]
      app = Celery(broker=broker)
      end = time.monotonic() + 60
      while time.monotonic() < end and json.load(open(wanted))['consume']:
          time.sleep(0.005)
      for number in range(5):
          app.send_task('tasks.app.work', ('job%d' % number, 0), queue='grep')
          time.sleep(0.06)
      """;

  @TempDir Path temp;
  private Rig rig;
  private RedisServer redis;
  private Path python;

  @BeforeEach
  void open() throws IOException {
    python = Needs.celery();
    redis = RedisServer.started(temp.resolve("redis"));
    rig = new Rig(temp);
  }

  @AfterEach
  void close() throws IOException {
    for (GenerationStatus generation :
        rig.agent().status().workers().values().stream()
            .flatMap(worker -> worker.generations().stream())
            .toList()) {
      ProcessHandle.of(generation.pid())
          .ifPresent(worker -> {
            worker.descendants().forEach(ProcessHandle::destroyForcibly);
            worker.destroyForcibly();
          });
    }
    rig.close();
    redis.close();
  }

  @Test
  void aFirstCommitConsumesItsQueuesOnceItHasProvenItself() throws IOException {
    PassResult first = rig.push(commit("1", ""));

    assertThat(first.state()).as(first.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(proof()).contains("canary tasks.app.canary answered by sea-01-g1-");
    send("a", 0);
    rig.await(() -> done().contains("a 1"));
  }

  @Test
  void theBrokerMayComeFromAFileOfTheNodeAndIsNotSeen() throws IOException {
    Path file = Files.writeString(temp.resolve("grep.env"), "BROKER=" + redis.url(0) + "\n");
    rig.envFiles = List.of(file.toString());
    Manifest manifest = manifest("nonsense://nowhere", ", env-file: " + file);

    PassResult first = rig.push(rig.source.commit(manifest, files("1")));

    assertThat(first.state()).as(first.reason()).isEqualTo(NodeState.CONVERGED);
    send("a", 0);
    rig.await(() -> done().contains("a 1"));
    assertThat(PullcordJson.write(rig.reports.made)).doesNotContain(redis.url(0));
  }

  @Test
  void anOldGenerationFinishesItsJobWhileTheNewOneDoesTheRest() throws IOException {
    rig.push(commit("1", ""));
    send("long", UNTIL_TOLD);
    rig.await(() -> began().contains("long 1"));

    PassResult second = rig.push(commit("2", ""));

    assertThat(second.state()).as(second.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(phases()).containsExactly(GenerationPhase.CONSUMING, GenerationPhase.DRAINING);
    rig.await(() -> {
      rig.pass();
      return tasksThatKeepItBusy().equals(List.of("tasks.app.work"));
    });
    send("short", 0);
    rig.await(() -> done().contains("short 2"));
    tellToFinish("long");
    rig.await(() -> {
      rig.pass();
      return phases().equals(List.of(GenerationPhase.CONSUMING));
    });
    assertThat(done()).containsExactlyInAnyOrder("short 2", "long 1");
  }

  /** What is put back and taken by one that puts it back as well is lost, see decision 12. */
  @Test
  void aTaskThatComesWhileTheQueuesAreGivenUpIsDoneAndNeverPutBack() throws Exception {
    rig.push(commit("1", ""));
    Path heard = temp.resolve("monitor");
    Process monitor =
        new ProcessBuilder(
                Needs.tool("redis-cli").toString(), "-p", Integer.toString(redis.port()), "monitor")
            .redirectOutput(heard.toFile())
            .start();
    Process sender =
        new ProcessBuilder(
                python.toString(),
                "-c",
                AS_QUEUES_ARE_GIVEN_UP,
                redis.url(0),
                rig.home.resolve("generations/1/kind/wanted.json").toString())
            .inheritIO()
            .start();

    PassResult second = rig.push(commit("2", ""));

    assertThat(second.state()).as(second.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(sender.waitFor(60, TimeUnit.SECONDS)).isTrue();
    rig.await(() -> done().size() == 5);
    monitor.destroy();
    assertThat(Files.readAllLines(heard))
        .filteredOn(line -> line.contains("\"LPUSH\" \"grep\""))
        .hasSize(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"threads", "solo"})
  void anotherPoolHandsItsQueuesOverAsWell(String pool) throws IOException {
    Manifest manifest = parsed(yaml(redis.url(0), "").replace("--concurrency=2", "--pool=" + pool));
    rig.push(rig.source.commit(manifest, files("1")));
    send("a", 0);
    rig.await(() -> done().contains("a 1"));

    PassResult second = rig.push(rig.source.commit(manifest, files("2")));

    assertThat(second.state()).as(second.reason()).isEqualTo(NodeState.CONVERGED);
    rig.await(() -> {
      rig.pass();
      return phases().equals(List.of(GenerationPhase.CONSUMING));
    });
    send("b", 0);
    rig.await(() -> done().equals(List.of("a 1", "b 2")));
  }

  @Test
  void aWorkerThatTheManifestNoLongerHasFinishesItsJobAndEnds() throws IOException {
    rig.push(commit("1", ""));
    send("long", UNTIL_TOLD);
    rig.await(() -> began().contains("long 1"));
    Manifest none = new Manifest(manifest("").bundles(), null, List.of(), List.of(), Map.of());

    PassResult removed = rig.push(rig.source.commit(none, files("2")));
    rig.await(() -> {
      rig.pass();
      return phases().equals(List.of(GenerationPhase.DRAINING)) && consumesNothing();
    });
    send("left", 0);
    tellToFinish("long");

    assertThat(removed.state()).as(removed.reason()).isEqualTo(NodeState.CONVERGED);
    rig.await(() -> {
      rig.pass();
      return rig.agent().status().workers().isEmpty();
    });
    assertThat(done()).as("nobody takes what came after it let go").containsExactly("long 1");
  }

  @Test
  void aCommitThatCannotBeImportedNeverTouchesTheOldGeneration() throws IOException {
    rig.push(commit("1", ""));
    long pid = pid();

    PassResult bad = rig.push(commit("2", "import no_such_module\n"));

    assertThat(bad.state()).isEqualTo(NodeState.ROLLED_BACK);
    assertThat(bad.reason()).contains("import of tasks.app failed").contains("no_such_module");
    assertThat(pid()).isEqualTo(pid);
  }

  @Test
  void aLazyImportThatFailsIsFoundByTheCanaryAndNeverConsumes() throws IOException {
    rig.push(commit("1", ""));
    long pid = pid();
    Map<String, String> files = files("2");
    files.put("tasks/body.py", "import no_such_module\n");

    PassResult bad = rig.push(rig.source.commit(manifest(""), files));

    assertThat(bad.state()).as(bad.reason()).isEqualTo(NodeState.ROLLED_BACK);
    assertThat(bad.reason())
        .contains("canary tasks.app.canary ended as FAILURE")
        .contains("no_such_module");
    assertThat(pid()).isEqualTo(pid);
    send("a", 0);
    rig.await(() -> done().contains("a 1"));
  }

  @Test
  void theQueuesAreStillConsumedAfterTheBrokerWasRestarted() throws IOException {
    rig.push(commit("1", ""));
    rig.push(commit("2", ""));
    redis.stop();
    rig.await(() -> rig.pass().state() == NodeState.FAILED);
    assertThat(rig.agent().status().reason()).contains("has no connection to its broker");
    redis.start();
    rig.await(() -> rig.pass().state() == NodeState.CONVERGED);

    send("a", 0);
    rig.await(() -> done().contains("a 2"));
  }

  @Test
  void aBrokerThatIsAwayIsNotTheCommitsFault() throws IOException {
    rig.push(commit("1", ""));
    redis.stop();

    PassResult away =
        rig.push(
            rig.source.commit(manifest(", health: {kind: celery, deadline: 12s}"), files("2")));

    assertThat(away.state()).isEqualTo(NodeState.FAILED);
    assertThat(away.reason()).contains("did not reach its broker").contains("again in");
    redis.start();
    rig.await(() -> rig.pass().state() == NodeState.CONVERGED);
    send("a", 0);
    rig.await(() -> done().contains("a 2"));
  }

  @Test
  void stopStartLosesNoTaskThatIsWaiting() throws IOException {
    String stopStart = ", restart: stop-start";
    rig.push(rig.source.commit(manifest(stopStart), files("1")));
    send("long", 2);
    rig.await(() -> began().contains("long 1"));

    PassResult second = rig.push(rig.source.commit(manifest(stopStart), files("2")));

    assertThat(second.state()).as(second.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(done()).containsExactly("long 1");
    assertThat(phases()).containsExactly(GenerationPhase.CONSUMING);
    send("a", 0);
    rig.await(() -> done().contains("a 2"));
  }

  @Test
  void anAgentThatWasKilledLetsTheOldGenerationGoAllTheSame() throws IOException {
    rig.push(commit("1", ""));
    rig.push(commit("2", ""));
    rig.end();

    rig.await(() -> {
      rig.pass();
      return phases().equals(List.of(GenerationPhase.CONSUMING));
    });
    send("a", 0);
    rig.await(() -> done().contains("a 2"));
  }

  /** The manifest is the one of the example's README, but for the place of the file. */
  @Test
  void theSmallestManifestOfTheExampleWorksAsItStands() throws Exception {
    Path example = Path.of(System.getProperty("pullcord.root"), "manifests/examples/celery");
    Map<String, String> files = new LinkedHashMap<>();
    try (Stream<Path> paths = Files.walk(example)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        files.put(example.relativize(path).toString(), Files.readString(path));
      }
    }
    String readme = Objects.requireNonNull(files.get("README.md"));
    String smallest = readme.substring(readme.indexOf("```yaml\n") + 8);
    Path file = Files.writeString(temp.resolve("grep.env"), "BROKER=" + redis.url(0) + "\n");
    rig.envFiles = List.of(file.toString());
    String yaml =
        smallest
            .substring(0, smallest.indexOf("```"))
            .replace("/etc/pullcord/env/grep.env", file.toString());
    assertThat(yaml).contains("env-file: " + file);

    PassResult first = rig.push(rig.source.commit(parsed(yaml), files));

    assertThat(first.state()).as(first.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(proof()).contains("; ping only, answered by sea-01-g1-");
    ProcessBuilder gather = new ProcessBuilder(python.toString(), "-B", "-m", "tasks.gather");
    gather.environment().put("BROKER", redis.url(0));
    Path found = temp.resolve("found");
    Process client =
        gather
            .directory(example.toFile())
            .redirectOutput(found.toFile())
            .redirectErrorStream(true)
            .start();
    assertThat(client.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String code = Objects.requireNonNull(rig.agent().status().appliedCommit()).value();
    assertThat(Files.readAllLines(found))
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains("code " + code.substring(0, 7)))
        .anySatisfy(line -> assertThat(line).startsWith("mail.log").contains("2 × ERROR|FATAL"));
  }

  private CommitId commit(String version, String head) {
    Map<String, String> files = files(version);
    files.put("tasks/app.py", head + APP);
    return rig.source.commit(manifest(""), files);
  }

  private Map<String, String> files(String version) {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("tasks/__init__.py", "");
    files.put("tasks/app.py", APP);
    files.put("tasks/body.py", "VERSION = '" + version + "'\n");
    return files;
  }

  private Manifest manifest(String more) {
    return manifest(redis.url(0), more);
  }

  private Manifest manifest(String broker, String more) {
    return parsed(yaml(broker, more));
  }

  private String yaml(String broker, String more) {
    return """
    version: 1
    bundles:
      tasks: {paths: [tasks/]}
    workers:
      grep:
        {kind: celery, app: tasks.app, queues: [grep],
         canary: {task: tasks.app.canary, timeout: 60s},
         args: [--concurrency=2], env: {BROKER: "%s", LEDGER: "%s"}%s}
    """
        .formatted(broker, rig.ledger, more);
  }

  private static Manifest parsed(String yaml) {
    return ((ManifestResult.Valid) ManifestParser.parse(yaml.getBytes(StandardCharsets.UTF_8)))
        .manifest();
  }

  /** A job that takes that long ends when it is told to, and not when a busy machine is late. */
  private static final int UNTIL_TOLD = -1;

  private void tellToFinish(String name) throws IOException {
    Files.createFile(rig.ledger.resolve("finish-" + name));
  }

  private void send(String name, int seconds) throws IOException {
    Process client =
        new ProcessBuilder(
                python.toString(),
                "-c",
                "import sys; from celery import Celery; Celery(broker=sys.argv[1])"
                    + ".send_task('tasks.app.work', (sys.argv[2], int(sys.argv[3])), queue='grep')",
                redis.url(0),
                name,
                Integer.toString(seconds))
            .inheritIO()
            .start();
    try {
      assertThat(client.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(client.exitValue()).isZero();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private boolean consumesNothing() {
    try {
      return Files.readString(rig.home.resolve("generations/1/kind/status.json"))
          .contains("\"queues\": []");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Name and version of each, in the order of their end. */
  private List<String> done() {
    return ledger("done");
  }

  private List<String> began() {
    return ledger("began");
  }

  private List<String> ledger(String name) {
    Path file = rig.ledger.resolve(name);
    List<String> done = new ArrayList<>();
    try {
      for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
        String[] words = line.split(" ");
        done.add(words[0] + " " + words[1]);
      }
      return done;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> tasksThatKeepItBusy() {
    Tasks tasks = generations().getLast().tasks();
    return tasks == null ? List.of() : tasks.oldest().stream().map(Tasks.Task::name).toList();
  }

  private List<GenerationPhase> phases() {
    return generations().stream().map(GenerationStatus::phase).toList();
  }

  private long pid() {
    return generations().stream()
        .filter(g -> g.phase() == GenerationPhase.CONSUMING)
        .findFirst()
        .orElseThrow()
        .pid();
  }

  private List<GenerationStatus> generations() {
    return worker().generations();
  }

  private String proof() {
    return worker().proof();
  }

  private WorkerStatus worker() {
    return Objects.requireNonNull(rig.agent().status().workers().get("grep"));
  }
}

package dev.pullcord.agent.rig;

import dev.pullcord.agent.status.PassResult;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.read.ManifestParser;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.Tasks;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.Needs;
import dev.pullcord.testkit.broker.TaskBroker;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * One node with real Celery workers on a broker, and a client that sends them jobs. The queue has a
 * name of its own, so that several nodes may share a broker one after the other.
 */
public final class CeleryNode implements AutoCloseable {
  /** What every job writes: began or done, name, version, lateness in milliseconds. */
  private static final String APP =
      """
      import os, time
      from celery import Celery
      app = Celery('grep', broker=os.environ['BROKER'])
      app.conf.task_ignore_result = True
      app.conf.task_acks_late = True
      app.conf.worker_prefetch_multiplier = 1
      app.conf.broker_transport_options = (
          {'visibility_timeout': 172800} if os.environ['BROKER'].startswith('redis') else {})
      VERSION = '@VERSION@'
      @SETTINGS@
      def note(name, *words):
          with open(os.environ['LEDGER'] + '/' + name, 'a') as ledger:
              ledger.write(' '.join(str(word) for word in words) + '\\n')
      @app.task
      def canary():
          pass
      @app.task
      def work(name, seconds, due=None):
          late = int((time.time() - due) * 1000) if due else 0
          note('began', name, VERSION, late)
          end = time.time() + (seconds if seconds >= 0 else 120)
          while time.time() < end and not os.path.exists(os.environ['LEDGER'] + '/finish-' + name):
              time.sleep(min(0.02, max(0, end - time.time())))
          note('done', name, VERSION, late)
      @app.task(rate_limit='10/m')
      def slow(name):
          note('done', name, VERSION, 0)
      """;

  /** Sends a job for each line: task, name, seconds, countdown. */
  private static final String CLIENT =
      """
      import sys, time
      from celery import Celery
      app = Celery(broker=sys.argv[1])
      queue = sys.argv[2]
      for line in sys.stdin:
          task, name, seconds, countdown = line.split()
          wait = float(countdown)
          arguments = [name] if task == 'slow' else [name, float(seconds)]
          if wait:
              arguments.append(time.time() + wait)
          app.send_task('tasks.app.' + task, arguments, queue=queue,
                        countdown=wait if wait else None)
          print('sent', flush=True)
      """;

  public final Rig rig;
  public final String queue = "grep-" + UUID.randomUUID().toString().substring(0, 8);
  public final TaskBroker broker;
  public List<String> queues = List.of(queue);
  public Duration waits = Duration.ofSeconds(60);
  public String settings = "";
  public String args = "--concurrency=2";
  public String more = "";
  public String env = "";
  public final Map<String, String> extra = new LinkedHashMap<>();
  private final Path python = Needs.celery();
  private Process client;
  private BufferedWriter jobs;
  private BufferedReader sent;

  public CeleryNode(Path temp, TaskBroker broker) throws IOException {
    this.broker = broker;
    this.rig = new Rig(temp);
    client = client();
    jobs = client.outputWriter(StandardCharsets.UTF_8);
    sent = client.inputReader(StandardCharsets.UTF_8);
  }

  private Process client() throws IOException {
    return new ProcessBuilder(python.toString(), "-c", CLIENT, broker.url(), queue)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** The client's connection did not outlive its broker. */
  public void reconnect() throws IOException {
    client.destroyForcibly();
    client = client();
    jobs = client.outputWriter(StandardCharsets.UTF_8);
    sent = client.inputReader(StandardCharsets.UTF_8);
  }

  /** Pushes a version of the tasks. */
  public PassResult push(String version) {
    return rig.push(rig.source.commit(manifest(), files(version)));
  }

  public Map<String, String> files(String version) {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("tasks/__init__.py", "");
    files.put(
        "tasks/app.py",
        APP.replace("@VERSION@", version)
            .replace("@SETTINGS@", settings.replace("QUEUE", "'" + queue + "'")));
    files.putAll(extra);
    return files;
  }

  /** Changes the files that the plain workers run in, as it is done without Pullcord. */
  public Path writeInPlace(String version) throws IOException {
    Path home = rig.home.resolveSibling("plain");
    for (Map.Entry<String, String> file : files(version).entrySet()) {
      Path path = home.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
    return home;
  }

  /** A worker of the same application that Pullcord knows nothing of. */
  public Process plainWorker(String name) throws IOException {
    Path home = writeInPlace(name);
    ProcessBuilder worker =
        new ProcessBuilder(
                List.of(
                    python.toString(),
                    "-B",
                    "-m",
                    "celery",
                    "-A",
                    "tasks.app",
                    "worker",
                    "-n",
                    name + "@%h",
                    "-Q",
                    queue,
                    args))
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve(name + ".log").toFile());
    worker.environment().put("BROKER", broker.url());
    worker.environment().put("LEDGER", rig.ledger.toString());
    return worker.start();
  }

  public Manifest manifest() {
    String yaml =
        """
        version: 1
        bundles:
          tasks: {paths: [tasks/, search/]}
        workers:
          grep:
            {kind: celery, app: tasks.app, queues: [%s],
             args: [%s], env: {BROKER: "%s", LEDGER: "%s"%s}%s}
        """
            .formatted(String.join(", ", queues), args, broker.url(), rig.ledger, env, more);
    return ((ManifestResult.Valid) ManifestParser.parse(yaml.getBytes(StandardCharsets.UTF_8)))
        .manifest();
  }

  /** A job that takes that long ends when it is told to, and not when a busy machine is late. */
  public static final double UNTIL_TOLD = -1;

  public void tellToFinish(String name) {
    try {
      Files.createFile(rig.ledger.resolve("finish-" + name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void send(String name, double seconds) {
    send("work", name, seconds, 0);
  }

  public void send(String task, String name, double seconds, double countdown) {
    try {
      jobs.write(task + " " + name + " " + seconds + " " + countdown + "\n");
      jobs.flush();
      if (!"sent".equals(sent.readLine())) {
        throw new IllegalStateException("the client has ended");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public List<String> done() {
    return words("done");
  }

  public List<String> began() {
    return words("began");
  }

  /** Name and version of each. */
  private List<String> words(String name) {
    return lines(name).stream().map(line -> line.substring(0, line.lastIndexOf(' '))).toList();
  }

  /** How long after its time each job with that beginning of its name began, in milliseconds. */
  public List<Long> lateness(String prefix) {
    return lines("began").stream()
        .filter(line -> line.startsWith(prefix))
        .map(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
        .toList();
  }

  private List<String> lines(String name) {
    try {
      Path file = rig.ledger.resolve(name);
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Turns the loop until it is so. */
  public void passUntil(BooleanSupplier so) {
    Eventually.within(waits)
        .until(
            "it is so",
            () -> {
              rig.pass();
              return so.getAsBoolean() ? "" : rig.agent().status() + " " + done();
            },
            String::isEmpty);
  }

  public List<GenerationStatus> generations() {
    return rig.agent().status().workers().values().stream()
        .flatMap(worker -> worker.generations().stream())
        .toList();
  }

  public List<GenerationPhase> phases() {
    return generations().stream().map(GenerationStatus::phase).toList();
  }

  public String proof() {
    return rig.agent().status().workers().values().iterator().next().proof();
  }

  /** What the oldest generation holds. */
  public Tasks held() {
    Tasks tasks = generations().getLast().tasks();
    return tasks == null ? new Tasks(0, List.of(), null) : tasks;
  }

  public String file(long generation, String name) {
    try {
      return Files.readString(rig.home.resolve("generations/" + generation + "/" + name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    client.destroyForcibly();
    for (GenerationStatus generation : generations()) {
      ProcessHandle.of(generation.pid())
          .ifPresent(worker -> {
            worker.descendants().forEach(ProcessHandle::destroyForcibly);
            worker.destroyForcibly();
            worker.onExit().join();
          });
    }
    rig.close();
  }
}

package dev.pullcord.agent.loop;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Celery projects as people lay them out, each deployed twice; what is wrong is said by name. */
class ProjectShapesTest {
  private static final boolean FULL = Boolean.getBoolean("pullcord.full");
  private static final String TASK =
      """
      def work(name):
          import os
          with open(os.environ['LEDGER'] + '/done', 'a') as ledger:
              ledger.write(name + ' ' + VERSION + '\\n')
      """;

  private static final String MAKES =
      "import os\nfrom celery import Celery\nVERSION = '@VERSION@'\n"
          + "app = Celery('shop', broker=os.environ['BROKER'])\n";

  /** Makes wheels of what is installed: no test asks a package index. */
  private static final String WHEELS =
      """
      import sys, zipfile, importlib.metadata as metadata
      from pathlib import Path
      into = Path(sys.argv[1])
      for name in sys.argv[2:]:
          dist = metadata.distribution(name)
          top = (dist.read_text('top_level.txt') or name.replace('-', '_')).split()
          stem = '%s-%s' % (dist.metadata['Name'].replace('-', '_'), dist.version)
          info = stem + '.dist-info/'
          with zipfile.ZipFile(into / (stem + '-py3-none-any.whl'), 'w') as wheel:
              names = []
              def put(path, data):
                  wheel.writestr(path, data)
                  names.append(path)
              for part in top:
                  place = Path(dist.locate_file(part))
                  files = place.rglob('*') if place.is_dir() else place.parent.glob(part + '.*')
                  for file in files:
                      if file.is_file() and '__pycache__' not in file.parts:
                          put(str(file.relative_to(dist.locate_file(''))), file.read_bytes())
              put(info + 'METADATA',
                  dist.read_text('METADATA') or dist.read_text('PKG-INFO'))
              put(info + 'WHEEL',
                  'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\n'
                  'Tag: py3-none-any\\n')
              names.append(info + 'RECORD')
              wheel.writestr(info + 'RECORD', ''.join(n + ',,\\n' for n in names))
      """;

  private static final List<String> DISTRIBUTIONS =
      List.of(
          "celery",
          "kombu",
          "billiard",
          "vine",
          "amqp",
          "redis",
          "click",
          "click-didyoumean",
          "click-plugins",
          "click-repl",
          "prompt-toolkit",
          "wcwidth",
          "pytz",
          "async-timeout",
          "six",
          "packaging");

  @TempDir Path temp;
  private Rig rig;
  private RedisServer redis;
  private Path python;

  @BeforeEach
  void open() throws IOException {
    python = Needs.pythonWith("celery, redis, django", "python3-celery python3-django");
    redis = RedisServer.started(temp.resolve("redis"));
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
    redis.close();
  }

  /**
   * A project.
   *
   * @param app as in the manifest
   * @param task the name of its task
   * @param env more of it
   */
  record Shape(String app, String task, String env, Map<String, String> files) {
    @Override
    public String toString() {
      return app;
    }
  }

  /** Some in CI, all with {@code -Dpullcord.full=true}. */
  static List<Shape> sampled() {
    return FULL ? shapes() : List.of(shapes().getFirst(), shapes().getLast());
  }

  private static List<Shape> shapes() {
    return List.of(
        django(),
        new Shape(
            "shop.worker",
            "shop.factory.work",
            "",
            Map.of(
                "shop/__init__.py",
                "",
                "shop/factory.py",
                "from celery import Celery, shared_task\nVERSION = '@VERSION@'\n"
                    + "def create_app(broker):\n    return Celery('shop', broker=broker)\n"
                    + "@shared_task\n"
                    + TASK,
                "shop/worker.py",
                "import os\nfrom shop.factory import create_app\n"
                    + "app = create_app(os.environ['BROKER'])\n")),
        new Shape(
            "shop.queue.main:jobs",
            "shop.queue.main.work",
            "",
            Map.of(
                "shop/__init__.py",
                "",
                "shop/queue/__init__.py",
                "",
                "shop/queue/main.py",
                MAKES + "jobs = app\n@jobs.task\n" + TASK)),
        new Shape(
            "jobs.app",
            "jobs.app.work",
            ", PYTHONPATH: shop/src",
            Map.of(
                "shop/src/jobs/__init__.py",
                "",
                "shop/src/jobs/app.py",
                MAKES + "@app.task\n" + TASK)));
  }

  /** The example's project, with a task that can be counted. */
  private static Shape django() {
    Path example = Path.of(System.getProperty("pullcord.root"), "manifests/examples/celery-django");
    Map<String, String> files = new LinkedHashMap<>();
    try (Stream<Path> paths = Files.walk(example.resolve("shop"))) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        files.put(example.relativize(path).toString(), Files.readString(path));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    files.put(
        "shop/orders/tasks.py",
        "from celery import shared_task\nfrom django.conf import settings\n"
            + "VERSION = '@VERSION@'\nassert settings.SECRET_KEY\n@shared_task\n"
            + TASK);
    return new Shape(
        "web",
        "orders.tasks.work",
        ", PYTHONPATH: shop, DJANGO_SETTINGS_MODULE: web.settings",
        files);
  }

  @ParameterizedTest
  @MethodSource("sampled")
  void aProjectIsDeployedTwiceAndTheNewCodeDoesTheWork(Shape shape) {
    for (String version : List.of("v1", "v2")) {
      PassResult pushed = push(shape, version, "");
      assertThat(pushed.state()).as(pushed.reason()).isEqualTo(NodeState.CONVERGED);
      send(shape.task(), "job");
      rig.await(() -> lines("done").contains("job " + version));
    }
  }

  @Test
  void whatIsWrongWithAProjectIsSaidByName() {
    Shape django = django();
    assertThat(push(new Shape("web.nothing", "", django.env(), django.files()), "v1", "").reason())
        .contains("import of web.nothing failed")
        .contains("nothing");
    assertThat(push(new Shape("web:jobs", "", django.env(), django.files()), "v1", "").reason())
        .contains("import of web:jobs failed: module web has no jobs");
    assertThat(push(new Shape("web.settings", "", django.env(), django.files()), "v1", "").reason())
        .contains("import of web.settings failed: module web.settings has no Celery application");
    Shape factory = shapes().get(1);
    assertThat(
            push(new Shape("shop.factory:create_app", "", "", factory.files()), "v1", "").reason())
        .contains("shop.factory:create_app is a function and no Celery application")
        .contains("name a module that calls it, app = create_app()");
    assertThat(push(new Shape("web", "", "", django.files()), "v1", "").reason())
        .contains("import of web failed")
        .contains("No module named 'web'");
    assertThat(
            push(
                    new Shape(
                        "web",
                        "",
                        ", PYTHONPATH: shop, DJANGO_SETTINGS_MODULE: web.setings",
                        django.files()),
                    "v1",
                    "")
                .reason())
        .contains("import of web failed")
        .contains("web.setings");
    Map<String, String> files = new LinkedHashMap<>(django.files());
    files.put("shop/orders/tasks.py", "import no_such_module\n");
    assertThat(push(new Shape("web", "", django.env(), files), "v1", "").reason())
        .contains("import of web failed")
        .contains("No module named 'no_such_module'");
  }

  @Test
  void celeryItselfMayComeFromWheelsOfTheRepository() throws Exception {
    Needs.pythonVenv();
    Path wheels = Files.createDirectories(temp.resolve("wheels"));
    List<String> make = new ArrayList<>(List.of("-c", WHEELS, wheels.toString()));
    make.addAll(DISTRIBUTIONS);
    run(make);
    Map<String, String> files = new LinkedHashMap<>(shapes().get(2).files());
    files.put("shop/requirements.txt", String.join("\n", DISTRIBUTIONS) + "\n");
    try (Stream<Path> made = Files.list(wheels)) {
      for (Path wheel : made.toList()) {
        String path = "vendor/" + wheel.getFileName();
        files.put(path, "a wheel");
        rig.source.binaries.put(path, Files.readAllBytes(wheel));
      }
    }
    String venv = "python: {venv: shop/requirements.txt, wheels: vendor}";
    Shape shape = new Shape("shop.queue.main:jobs", "shop.queue.main.work", "", files);
    for (String version : FULL ? List.of("v1", "v2") : List.of("v1")) {
      PassResult pushed = push(shape, version, venv);
      assertThat(pushed.state()).as(pushed.reason()).isEqualTo(NodeState.CONVERGED);
      send(shape.task(), "job");
      rig.await(() -> lines("done").contains("job " + version));
    }
    assertThat(rig.home.resolve("cache/venvs")).isDirectoryContaining(Files::isDirectory);
    if (FULL) {
      files.keySet().removeIf(path -> path.startsWith("vendor/vine-"));
      PassResult missing = push(shape, "v3", venv);
      assertThat(missing.state()).isEqualTo(NodeState.ROLLED_BACK);
      assertThat(missing.reason()).contains("No matching distribution found for vine");
    }
  }

  private PassResult push(Shape shape, String version, String more) {
    String yaml =
        """
        version: 1
        bundles: {shop: {paths: [shop/]}}
        %s
        workers:
          shop:
            {kind: celery, app: "%s", args: [--pool=solo, --without-mingle, --without-gossip],
             env: {BROKER: "%s", LEDGER: "%s"%s}}
        """
            .formatted(more, shape.app(), redis.url(), rig.ledger, shape.env());
    Manifest manifest =
        ((ManifestResult.Valid) ManifestParser.parse(yaml.getBytes(StandardCharsets.UTF_8)))
            .manifest();
    Map<String, String> files = new LinkedHashMap<>();
    shape.files().forEach((path, text) -> files.put(path, text.replace("@VERSION@", version)));
    return rig.push(rig.source.commit(manifest, files));
  }

  private void send(String task, String name) {
    run(
        List.of(
            "-c",
            "import sys; from celery import Celery;"
                + " Celery(broker=sys.argv[1]).send_task(sys.argv[2], (sys.argv[3],))",
            redis.url(),
            task,
            name));
  }

  private void run(List<String> arguments) {
    List<String> all = new ArrayList<>(List.of(python.toString()));
    all.addAll(arguments);
    try {
      Process process = new ProcessBuilder(all).inheritIO().start();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private List<String> lines(String name) {
    try {
      return rig.lines(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

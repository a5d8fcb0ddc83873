package dev.pullcord.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.pullcord.agent.rig.Rig;
import dev.pullcord.agent.rig.Wheel;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.PythonSpec;
import dev.pullcord.protocol.manifest.read.ManifestParser;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.testkit.Needs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers in a Python environment of their release's requirements, made from wheels. */
class VenvTest {
  private static final String SAYS = "python3 -c 'import hello; print(hello.VERSION)'";
  private static final String WORKER =
      Rig.WORKER.replace("echo \"$$", SAYS + " >> \"$LEDGER/seen\"\necho \"$$");

  @TempDir Path temp;
  private Rig rig;

  @BeforeEach
  void open() throws IOException {
    Needs.pythonVenv();
    rig = new Rig(temp);
    rig.python = new PythonSpec("tasks/requirements.txt", "vendor/wheels");
  }

  @AfterEach
  void close() throws IOException {
    rig.close();
  }

  private CommitId commit(String version, String task) {
    return commit("hello==" + version + "\n", version, task);
  }

  private CommitId commit(String requirements, String version, String task) {
    Map<String, String> files = rig.files();
    files.put("bin/worker", WORKER);
    files.put("bin/check", "#!/bin/sh\n" + SAYS + "\n");
    files.put("tasks/requirements.txt", requirements);
    files.put("tasks/task", task);
    files.put(Wheel.path("hello", version), "a wheel");
    rig.source.binaries.put(Wheel.path("hello", version), Wheel.of("hello", version));
    return rig.source.commit(rig.manifest(), files);
  }

  private List<Path> venvs() throws IOException {
    try (Stream<Path> venvs = Files.list(rig.home.resolve("cache/venvs"))) {
      return venvs.toList();
    }
  }

  private List<StepRecord> prepareSteps() {
    return rig.reports.steps().stream()
        .filter(step -> step.kind() == StepRecord.Kind.PREPARE)
        .toList();
  }

  @Test
  void isMadeOncePutFirstOnPathSharedReplacedAndCleared() throws IOException {
    rig.prepare =
        List.of(
            new CommandSpec(
                List.of("sh", "-c", SAYS + " > $PULLCORD_BUILD/said"), Duration.ofSeconds(20)));

    PassResult first = rig.push(commit("1.0", "first"));

    assertThat(first.state()).as(first.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.lines("seen")).containsExactly("1.0");
    assertThat(rig.released(".pullcord/build/said")).isEqualTo("1.0\n");
    assertThat(prepareSteps())
        .extracting(StepRecord::subject)
        .first()
        .isEqualTo("venv tasks/requirements.txt");
    assertThat(prepareSteps())
        .first()
        .extracting(StepRecord::output)
        .asString()
        .contains("Successfully installed hello-1.0");
    Path venv = venvs().getFirst();
    assertThat(Files.getPosixFilePermissions(venv)).hasSize(6);

    rig.push(commit("1.0", "second"));
    assertThat(rig.lines("seen")).containsExactly("1.0", "1.0");
    assertThat(venvs()).containsExactly(venv);
    assertThat(prepareSteps().stream().filter(step -> step.subject().startsWith("venv")))
        .hasSize(1);

    rig.push(commit("2.0", "second"));
    assertThat(rig.lines("seen")).containsExactly("1.0", "1.0", "2.0");
    assertThat(venvs()).hasSize(2).contains(venv);

    rig.clockForward(Duration.ofDays(3));
    rig.push(commit("2.0", "third"));
    assertThat(venvs()).hasSize(1).doesNotContain(venv);
  }

  @Test
  void aWheelThatTheCommitDoesNotBringIsItsFault() throws IOException {
    PassResult result = rig.push(commit("hello==3.0\n", "1.0", "first"));

    assertThat(result.state()).isEqualTo(NodeState.FAILED);
    assertThat(result.reason())
        .contains("venv: pip install -r tasks/requirements.txt exited 1")
        .contains("hello==3.0");
    assertThat(rig.history().quarantine()).isNotNull();
    assertThat(rig.lines("starts")).isEmpty();
  }

  @Test
  void anIndexThatIsAwayIsTheEnvironmentsFaultAndTheVenvIsMadeAnewWhenItIsBack()
      throws IOException {
    rig.python = new PythonSpec("tasks/requirements.txt", null);
    int port = freePort();
    String index = "--index-url http://127.0.0.1:%d/simple\n".formatted(port);

    PassResult away = rig.push(commit(index + "hello==1.0\n", "1.0", "first"));

    assertThat(away.state()).isEqualTo(NodeState.FAILED);
    assertThat(away.reason()).contains("venv: pip install").contains("again in 1 s");
    assertThat(rig.history().quarantine()).isNull();
    Path half = venvs().getFirst();
    Files.createFile(half.resolve("left-over"));

    HttpServer back = index(port);
    try {
      rig.clockForward(Duration.ofSeconds(61));
      PassResult there = rig.pass();

      assertThat(there.state()).as(there.reason()).isEqualTo(NodeState.CONVERGED);
      assertThat(rig.lines("seen")).containsExactly("1.0");
      assertThat(half.resolve("left-over")).doesNotExist();
    } finally {
      back.stop(0);
    }
    aDamagedOneIsPutBackWhileTheIndexIsAway(half, port);
  }

  private void aDamagedOneIsPutBackWhileTheIndexIsAway(Path venv, int port) throws IOException {
    Path module;
    try (Stream<Path> all = Files.walk(venv)) {
      module = all.filter(path -> path.endsWith("hello.py")).findFirst().orElseThrow();
    }
    Path beside = module.resolveSibling("pip");
    Files.setPosixFilePermissions(module.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.delete(module);

    rig.clockForward(Duration.ofMinutes(1));
    rig.pass();
    PassResult away = rig.pass();

    assertThat(away.state()).isEqualTo(NodeState.FAILED);
    assertThat(away.reason()).contains("hello.py\" is gone; staged again: venv: pip install");
    assertThat(beside).isDirectory();
    HttpServer back = index(port);
    try {
      rig.clockForward(Duration.ofMinutes(6));
      PassResult there = rig.pass();
      assertThat(there.state()).as(there.reason()).isEqualTo(NodeState.CONVERGED);
      assertThat(module).isRegularFile();
      assertThat(rig.lines("seen")).containsExactly("1.0");
    } finally {
      back.stop(0);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** A package index with the one wheel. */
  private static HttpServer index(int port) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    String file = "hello-1.0-py3-none-any.whl";
    answer(
        server,
        "/simple/hello/",
        "text/html",
        "<a href=\"/%1$s\">%1$s</a>".formatted(file).getBytes(StandardCharsets.UTF_8));
    answer(server, "/" + file, "application/zip", Wheel.of("hello", "1.0"));
    server.start();
    return server;
  }

  private static void answer(HttpServer server, String path, String type, byte[] body) {
    server.createContext(
        path,
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", type);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
  }

  @Test
  void aCeleryWorkerRunsInItsVenvAndInNoOtherPython() throws IOException {
    String yaml =
        """
        version: 1
        bundles: {tasks: {paths: [tasks/]}}
        python: {venv: tasks/requirements.txt, wheels: vendor/wheels}
        workers: {grep: {kind: celery, app: tasks.app}}
        """;
    Manifest manifest =
        ((ManifestResult.Valid) ManifestParser.parse(yaml.getBytes(StandardCharsets.UTF_8)))
            .manifest();
    String wheel = Wheel.path("hello", "1.0");
    rig.source.binaries.put(wheel, Wheel.of("hello", "1.0"));
    Map<String, String> files = Map.of("tasks/requirements.txt", "hello\n", wheel, "a wheel");

    PassResult result = rig.push(rig.source.commit(manifest, files));

    assertThat(result.reason()).contains("celery cannot be imported in the venv");
    assertThat(rig.history().quarantine()).isNotNull();
  }

  @Test
  void modulesOfTheReleaseThatAreCalledLikePythonsOwnAreNotWhatMakesIt() throws IOException {
    String yaml =
        """
        version: 1
        bundles: {tasks: {paths: [tasks/, venv.py, logging.py]}}
        python: {venv: tasks/requirements.txt, wheels: vendor/wheels}
        workers: {grep: {kind: celery, app: tasks.app}}
        """;
    Manifest manifest =
        ((ManifestResult.Valid) ManifestParser.parse(yaml.getBytes(StandardCharsets.UTF_8)))
            .manifest();
    String wheel = Wheel.path("hello", "1.0");
    String ends = "raise SystemExit('a module of the release')\n";
    rig.source.binaries.put(wheel, Wheel.of("hello", "1.0"));
    Map<String, String> files =
        Map.of("tasks/requirements.txt", "hello\n", wheel, "", "venv.py", ends, "logging.py", ends);

    PassResult result = rig.push(rig.source.commit(manifest, files));

    assertThat(result.reason()).contains("celery cannot be imported in the venv");
  }

  @Test
  void requirementsThatNameAnotherFileAreRefusedWithTheirLine() throws IOException {
    PassResult result = rig.push(commit("hello==1.0\n-r more.txt\n", "1.0", "first"));

    assertThat(result.reason())
        .contains("tasks/requirements.txt:2: \"-r more.txt\" names another file");
    assertThat(rig.history().quarantine()).isNotNull();
  }

  @Test
  void requirementsThatAreNotThereAreTheCommitsFault() throws IOException {
    rig.python = new PythonSpec("tasks/none.txt", null);

    assertThat(rig.push(rig.first()).reason())
        .contains("python.venv: the commit has no file tasks/none.txt");
  }
}

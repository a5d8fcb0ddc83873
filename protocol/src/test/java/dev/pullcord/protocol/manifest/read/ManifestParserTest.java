package dev.pullcord.protocol.manifest.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.manifest.Bundle;
import dev.pullcord.protocol.manifest.CelerySpec;
import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.CommandsSpec;
import dev.pullcord.protocol.manifest.DrainHook;
import dev.pullcord.protocol.manifest.DrainSpec;
import dev.pullcord.protocol.manifest.HealthCheck;
import dev.pullcord.protocol.manifest.HealthSpec;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.ManifestProblem;
import dev.pullcord.protocol.manifest.PythonSpec;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.manifest.node.RolloutSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ManifestParserTest {
  private static final String BUNDLES = "version: 1\nbundles: {all: {paths: [search/]}}\n";

  @Test
  void readsEverythingThatIsBuilt() {
    Manifest manifest = valid(ManifestCases.content("everything-built.yaml"));

    assertThat(manifest.bundles().values())
        .containsExactly(
            new Bundle("search-files", List.of("search/"), Bundle.OnChange.NOTHING),
            new Bundle("task-code", List.of("tasks/", "bin"), Bundle.OnChange.RESTART));
    assertThat(manifest.prepare())
        .containsExactly(
            new CommandSpec(List.of("bin/build-index", "search/"), Duration.ofHours(1)),
            new CommandSpec(List.of("bin/compile"), Duration.ofMinutes(10)));
    assertThat(manifest.check())
        .containsExactly(
            new CommandSpec(List.of("bin/check-patterns", "search/"), Duration.ofMinutes(2)),
            new CommandSpec(List.of("bin/check-tasks"), Duration.ofSeconds(30)));
    assertThat(manifest.workers())
        .containsOnlyKeys(
            "grep",
            "quick_start",
            "plain",
            "consumer",
            "queue",
            "celery",
            "beat",
            "index",
            "daemon");
    assertThat(Objects.requireNonNull(manifest.workers().get("consumer")).drainHook())
        .isEqualTo(
            new DrainHook(
                new CommandSpec(List.of("bin/drain"), Duration.ofSeconds(5)), Duration.ofHours(1)));
    assertThat(Objects.requireNonNull(manifest.workers().get("queue")).drainOrDefault())
        .isEqualTo(
            new DrainSpec(
                2,
                DrainSpec.WhenFull.WAIT,
                null,
                new DrainHook(
                    new CommandSpec(List.of("bin/drain"), Duration.ofSeconds(10)), null)));
    assertThat(Objects.requireNonNull(manifest.workers().get("index")).work())
        .isEqualTo(
            new Work.Scripted(
                new CommandsSpec(
                    new CommandSpec(List.of("bin/index", "start"), Duration.ofMinutes(2)),
                    new CommandSpec(List.of("bin/index", "stop"), Duration.ofSeconds(60)),
                    new CommandSpec(List.of("bin/index", "status"), Duration.ofSeconds(5)))));
    assertThat(manifest.workers().get("grep"))
        .isEqualTo(
            new WorkerSpec(
                "grep",
                new Work.Process(List.of("tasks/grep-worker", "--verbose")),
                Map.of("CORPUS", "/srv/corpus", "LANG", "C.UTF-8"),
                null,
                WorkerSpec.Restart.STOP_START,
                new HealthSpec(
                    new HealthCheck.Run(
                        new CommandSpec(List.of("bin/is-well"), Duration.ofSeconds(1))),
                    Duration.ofMillis(20),
                    2,
                    Duration.ofSeconds(30)),
                null,
                WorkerSpec.Runner.PROCESS));
    assertThat(manifest.workers().values())
        .extracting(WorkerSpec::runner)
        .containsExactly(
            WorkerSpec.Runner.PROCESS,
            null,
            null,
            null,
            null,
            WorkerSpec.Runner.SYSTEMD,
            null,
            null,
            null);
    assertThat(manifest.workers().values())
        .map(WorkerSpec::work)
        .filteredOn(Work.Celery.class::isInstance)
        .map(work -> ((Work.Celery) work).replaces())
        .filteredOn(units -> !units.isEmpty())
        .containsExactly(List.of("celeryd.service"));
    assertThat(Objects.requireNonNull(manifest.workers().get("daemon")).work())
        .isEqualTo(new Work.Unit("grep@1.service"));
  }

  @Test
  void readsHowAWorkerOverlaps() {
    Manifest manifest =
        valid(
            """
            version: 1
            bundles: {all: {paths: [bin/]}}
            workers:
              plain: {kind: process, run: [a], restart: overlap}
              few: {kind: process, run: [a], restart: overlap, drain: {max-generations: 2}}
              stop: {kind: process, run: [a], restart: overlap, drain: {when-full: stop-start}}
            """);

    assertThat(manifest.workers().values())
        .extracting(WorkerSpec::restart)
        .containsOnly(WorkerSpec.Restart.OVERLAP);
    assertThat(manifest.workers().values())
        .extracting(WorkerSpec::drainOrDefault)
        .containsExactly(
            new DrainSpec(8, DrainSpec.WhenFull.WAIT, null),
            new DrainSpec(2, DrainSpec.WhenFull.WAIT, null),
            new DrainSpec(8, DrainSpec.WhenFull.STOP_START, null));
  }

  @Test
  void readsACeleryWorker() {
    Manifest manifest =
        valid(
            """
            version: 1
            bundles: {all: {paths: [tasks/]}}
            workers:
              small: {kind: celery, app: tasks.app}
              large:
                {kind: celery, app: "tasks.app:app", queues: [grep, celery],
                 args: [--concurrency=8],
                 canary: {task: tasks.app.canary}, restart: stop-start,
                 health: {kind: celery, times: 3}}
            """);

    WorkerSpec small = Objects.requireNonNull(manifest.workers().get("small"));
    WorkerSpec large = Objects.requireNonNull(manifest.workers().get("large"));
    assertThat(small.restart()).isEqualTo(WorkerSpec.Restart.OVERLAP);
    assertThat(small.work())
        .isEqualTo(
            new Work.Celery(new CelerySpec("tasks.app", List.of(), List.of(), null), List.of()));
    assertThat(large.restart()).isEqualTo(WorkerSpec.Restart.STOP_START);
    assertThat(large.work())
        .isEqualTo(
            new Work.Celery(
                new CelerySpec(
                    "tasks.app:app",
                    List.of("grep", "celery"),
                    List.of("--concurrency=8"),
                    new CelerySpec.Canary("tasks.app.canary", Duration.ofSeconds(10))),
                List.of()));
    assertThat(large.health())
        .isEqualTo(
            new HealthSpec(
                new HealthCheck.OwnProof(), Duration.ofSeconds(2), 3, Duration.ofSeconds(60)));
  }

  @Test
  void pythonsFilesThatAreInNoBundleFormOne() {
    String head = "version: 1\nbundles: {tasks: {paths: [tasks/]}, lib: {paths: [lib]}}\n";

    Manifest none = valid(head + "python: {venv: tasks/requirements.txt, wheels: lib/}\n");
    Manifest both = valid(head + "python: {venv: requirements.txt, wheels: vendor/wheels/}\n");
    Manifest named =
        valid(
            """
            version: 1
            bundles: {python: {paths: [tasks/], on-change: nothing}}
            python: {venv: requirements.txt}
            """);

    assertThat(none.bundles()).containsOnlyKeys("tasks", "lib");
    assertThat(none.python()).isEqualTo(new PythonSpec("tasks/requirements.txt", "lib"));
    assertThat(both.bundles().get("python"))
        .isEqualTo(
            new Bundle(
                "python", List.of("requirements.txt", "vendor/wheels/"), Bundle.OnChange.RESTART));
    assertThat(named.bundles().get("python"))
        .isEqualTo(
            new Bundle("python", List.of("tasks/", "requirements.txt"), Bundle.OnChange.NOTHING));
  }

  @Test
  void aBundleCalledPythonKeepsItsTargetWhenPythonsFilesJoinIt() {
    Manifest manifest =
        valid(
            """
            version: 1
            bundles: {python: {paths: [tasks/], target: /opt/app/tasks}}
            python: {venv: requirements.txt}
            """);

    assertThat(manifest.links()).containsExactly(Map.entry("/opt/app/tasks", "tasks"));
  }

  @Test
  void readsTheSmallestManifestForCelery() {
    Manifest manifest = valid(ManifestCases.content("smallest-for-celery.yaml"));

    WorkerSpec grep = Objects.requireNonNull(manifest.workers().get("grep"));
    assertThat(grep.envFile()).isEqualTo("/etc/pullcord/env/grep.env");
  }

  @Test
  void fillsInTheDefaultsOfHealth() {
    Manifest manifest =
        valid(
            BUNDLES
                + "workers:\n"
                + "  a: {kind: process, run: [x], health: {kind: command, run: [y]}}\n"
                + "  b: {kind: process, run: [x],"
                + " health: {kind: command, run: [y], deadline: 5s}}\n"
                + "  c: {kind: process, run: [x]}\n");

    CommandSpec tenSeconds = new CommandSpec(List.of("y"), Duration.ofSeconds(10));
    CommandSpec fiveSeconds = new CommandSpec(List.of("y"), Duration.ofSeconds(5));
    Duration every = Duration.ofSeconds(2);
    assertThat(manifest.workers().values())
        .extracting(WorkerSpec::health)
        .containsExactly(
            new HealthSpec(new HealthCheck.Run(tenSeconds), every, 1, Duration.ofSeconds(60)),
            new HealthSpec(new HealthCheck.Run(fiveSeconds), every, 1, Duration.ofSeconds(5)),
            null);
  }

  @Test
  void readsHealthByHttpAndByTcp() {
    Manifest manifest =
        valid(
            BUNDLES
                + """
                workers:
                  a:
                    kind: process
                    run: [x]
                    health: {kind: http, url: "http://127.0.0.1:80/a?b=%20"}
                  b:
                    kind: process
                    run: [x]
                    health: {kind: http, url: "https://[::1]", status: 204}
                  c:
                    kind: process
                    run: [x]
                    health: {kind: http, url: "http://localhost:1/", body: "{commit}", timeout: 1s}
                  d: {kind: process, run: [x], health: {kind: tcp, address: 8000, deadline: 5s}}
                  e: {kind: process, run: [x], health: {kind: tcp, address: "[::1]:8000"}}
                """);

    Duration ten = Duration.ofSeconds(10);
    assertThat(manifest.workers().values())
        .map(worker -> Objects.requireNonNull(worker.health()).check())
        .containsExactly(
            new HealthCheck.Http("http://127.0.0.1:80/a?b=%20", null, null, ten),
            new HealthCheck.Http("https://[::1]", 204, null, ten),
            new HealthCheck.Http("http://localhost:1/", null, "{commit}", Duration.ofSeconds(1)),
            new HealthCheck.Tcp("127.0.0.1", 8000, Duration.ofSeconds(5)),
            new HealthCheck.Tcp("[::1]", 8000, ten));
  }

  @Test
  void readsWhereABundleWantsALink() {
    Manifest manifest =
        valid(
            """
            version: 1
            bundles:
              a: {paths: [search/], target: /opt/app/search}
              b: {paths: [bin/grep], target: /usr/local/bin/grep.d/grep}
              c: {paths: [c/]}
            """);

    assertThat(manifest.links())
        .isEqualTo(Map.of("/opt/app/search", "search", "/usr/local/bin/grep.d/grep", "bin/grep"));
  }

  @Test
  void needsNoWorkerAndNoCheck() {
    Manifest manifest = valid(BUNDLES);

    assertThat(manifest.workers()).isEmpty();
    assertThat(manifest.check()).isEmpty();
    assertThat(manifest.bundles().get("all"))
        .isEqualTo(new Bundle("all", List.of("search/"), Bundle.OnChange.RESTART));
  }

  @Test
  void readsTheWholeManifest() {
    Manifest manifest = valid(ManifestCases.content("whole.yaml"));

    assertThat(manifest.workers()).containsOnlyKeys("grep", "beat", "index");
    assertThat(manifest.actions()).containsOnlyKeys("quick_start", "clear_cache");
    assertThat(manifest.rollout().strategy()).isEqualTo(new RolloutSpec.Strategy.Rolling());
  }

  @Test
  void checksTheInsideOfEverySection() {
    assertThat(
            codes(
                """
                version: 1
                bundles: {all: {paths: [search/], target: 8}}
                python: {wheels: /abs}
                prepare: [{run: [a], timeout: 25h}]
                workers:
                  w:
                    kind: systemd
                    args: text
                    canary: {timeout: 10s}
                    drain: {alert-after: 24h, max-generations: 0, when-full: never}
                  x: {kind: command, start: [a]}
                  y: {kind: process, run: [a], health: {kind: http}}
                rollout: {strategy: fast, max-unavailable: 101%, failure-budget: -1}
                actions: {a: {timeout: 2m, params: {d: {patern: x}}}}
                nodes: [{workers: {v: {kind: proces}}}]
                """))
        .contains(
            "TYPE bundles.all.target",
            "REQUIRED python",
            "PATH python.wheels",
            "RANGE prepare[0].timeout",
            "REQUIRED workers.w",
            "TYPE workers.w.args",
            "REQUIRED workers.w.canary",
            "RANGE workers.w.drain.max-generations",
            "VALUE workers.w.drain.when-full",
            "REQUIRED workers.x",
            "REQUIRED workers.y.health",
            "VALUE rollout.strategy",
            "RANGE rollout.max-unavailable",
            "RANGE rollout.failure-budget",
            "REQUIRED actions.a",
            "UNKNOWN_KEY actions.a.params.d.patern",
            "REQUIRED nodes[0]",
            "UNKNOWN_KEY nodes[0].workers.v",
            "VALUE nodes[0].workers.v.kind");
  }

  @Test
  void ofAnotherVersionOnlyTheVersionIsSaid() {
    assertThat(codes("version: 2\nsomething: new\n")).containsExactly("VERSION version");
  }

  @Test
  void anEnvironmentValueIsNeverShown() {
    String secret = "hunter2-" + "x".repeat(40_000);
    List<ManifestProblem> problems =
        invalid(
            (BUNDLES + "workers: {w: {kind: process, run: [a], env: {PASSWORD: " + secret + "}}}\n")
                .getBytes(StandardCharsets.UTF_8));

    assertThat(problems).hasSize(1);
    assertThat(problems.getFirst().text())
        .contains("workers.w.env.PASSWORD")
        .doesNotContain("hunter2");
  }

  private static List<String> codes(String text) {
    return invalid(text.getBytes(StandardCharsets.UTF_8)).stream()
        .map(p -> p.code().substring("MANIFEST_".length()) + " " + p.path())
        .toList();
  }

  private static Manifest valid(String text) {
    return valid(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Manifest valid(byte[] content) {
    return switch (ManifestParser.parse(content)) {
      case ManifestResult.Valid valid -> valid.manifest();
      case ManifestResult.Invalid invalid -> throw new AssertionError(invalid.problems());
    };
  }

  private static List<ManifestProblem> invalid(byte[] content) {
    return ((ManifestResult.Invalid) ManifestParser.parse(content)).problems();
  }
}

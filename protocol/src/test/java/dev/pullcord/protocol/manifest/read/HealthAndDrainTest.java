package dev.pullcord.protocol.manifest.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.DrainHook;
import dev.pullcord.protocol.manifest.DrainSpec;
import dev.pullcord.protocol.manifest.HealthCheck;
import dev.pullcord.protocol.manifest.HealthSpec;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code health} and {@code drain} of a worker say, and what is wrong with them. */
class HealthAndDrainTest {
  private static final String PROCESS = "kind: process, run: [bin/grep]";
  private static final String CELERY = "kind: celery, app: tasks";

  private static ManifestResult parse(String worker) {
    String manifest =
        "version: 1\nbundles: {code: {paths: [bin/]}}\nworkers:\n  grep: {%s}\n".formatted(worker);
    return ManifestParser.parse(manifest.getBytes(StandardCharsets.UTF_8));
  }

  private static WorkerSpec worker(String keys) {
    return switch (parse(keys)) {
      case ManifestResult.Valid valid ->
          Objects.requireNonNull(valid.manifest().workers().get("grep"));
      case ManifestResult.Invalid invalid -> throw new AssertionError(invalid.problems());
    };
  }

  private static List<String> problems(String keys) {
    return switch (parse(keys)) {
      case ManifestResult.Valid _ -> List.of();
      case ManifestResult.Invalid invalid ->
          invalid.problems().stream().map(p -> p.path() + ": " + p.message()).toList();
    };
  }

  private static HealthSpec health(String keys) {
    return Objects.requireNonNull(worker(PROCESS + ", health: {" + keys + "}").health());
  }

  private static List<String> healthProblems(String keys) {
    return problems(PROCESS + ", health: {" + keys + "}");
  }

  @Test
  void aCommandIsAskedEveryTwoSecondsForAMinuteUnlessItSaysOtherwise() {
    assertThat(health("kind: command, run: [bin/ok]"))
        .isEqualTo(
            new HealthSpec(
                new HealthCheck.Run(new CommandSpec(List.of("bin/ok"), Duration.ofSeconds(10))),
                Duration.ofSeconds(2),
                1,
                Duration.ofSeconds(60)));
  }

  @Test
  void aTryIsNotLongerThanTheDeadline() {
    assertThat(health("kind: tcp, address: 80, deadline: 3s").check())
        .isEqualTo(new HealthCheck.Tcp("127.0.0.1", 80, Duration.ofSeconds(3)));
    assertThat(healthProblems("kind: tcp, address: 80, deadline: 3s, timeout: 4s"))
        .containsExactly("workers.grep.health.timeout: 4s is longer than the deadline of 3s");
  }

  @Test
  void whatCanNeverPassIsSaidToBeSo() {
    assertThat(healthProblems("kind: tcp, address: 80, every: 10s, times: 4, deadline: 30s"))
        .containsExactly(
            "workers.grep.health: it can never pass: the tries take at least 30s, and the deadline"
                + " of 30s comes first");
    assertThat(healthProblems("kind: tcp, address: 80, every: 10s, times: 3, deadline: 30s"))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1",
        "http://localhost:8000/healthz?deep=1",
        "https://[::1]:8443/",
        "http://127.10.20.255:1/%7Ea",
      })
  void theNodeItselfIsAskedOverHttp(String url) {
    assertThat(health("kind: http, url: '" + url + "', status: 204, body: ok").check())
        .isEqualTo(new HealthCheck.Http(url, 204, "ok", Duration.ofSeconds(10)));
  }

  /** Whoever may push should not be able to have every node ask another host. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.org/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1.example.org/",
        "http://localhost.example.org/",
        "http://[::2]/",
        "http://[::ffff:10.0.0.1]/",
        "http://128.0.0.1/",
        "http:///",
      })
  void noOtherHostIsAskedOverHttp(String url) {
    assertThat(healthProblems("kind: http, url: '" + url + "'"))
        .singleElement()
        .asString()
        .startsWith("workers.grep.health.url: ")
        .contains("is not this node; kind: command can ask another host");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "ftp://127.0.0.1/",
        "http://ada@127.0.0.1/",
        "http://127.0.0.1@example.org/",
        "http://127.0.0.1#@example.org/",
        "http://127.0.0.1\\\\@example.org/",
        "http://127.0.0.1:port/",
        "http://127.0.0.1/a b",
      })
  void whatIsNoPlainAddressIsRefused(String url) {
    assertThat(healthProblems("kind: http, url: \"" + url + "\""))
        .singleElement()
        .asString()
        .contains("is not an address; one like http://127.0.0.1:8000/healthz is expected");
  }

  @ParameterizedTest
  @CsvSource({
    "8000, 127.0.0.1, 8000",
    "'\"8000\"', 127.0.0.1, 8000",
    "'\"localhost:1\"', localhost, 1",
    "'\"[::1]:65535\"', [::1], 65535",
  })
  void aPortOrAnAddressOfTheNodeIsAskedByTcp(String address, String host, int port) {
    assertThat(health("kind: tcp, address: " + address).check())
        .isEqualTo(new HealthCheck.Tcp(host, port, Duration.ofSeconds(10)));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "70000, 65535",
    "'\"127.0.0.1:0\"', is no port",
    "'\"127.0.0.1:70000\"', is no port",
    "'\"10.0.0.1:80\"', is not this node",
    "'\"127.0.0.1\"', is not an address",
    "'\"127.0.0.1:80:81\"', is not an address",
  })
  void noOtherPlaceIsAskedByTcp(String address, String words) {
    assertThat(healthProblems("kind: tcp, address: " + address))
        .singleElement()
        .asString()
        .contains("workers.grep.health.address", words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kind: http | url",
        "kind: tcp | address",
        "kind: command | run",
        "run: [bin/ok] | kind",
        "kind: tcp, address: 80, url: 'http://127.0.0.1/' | url is for health of kind: http",
        "kind: http, url: 'http://127.0.0.1/', run: [a] | run is for health of kind: command",
        "kind: celery | celery is for a worker of kind: celery",
        "kind: http, url: 'http://127.0.0.1/', body: '' | 0 characters; 1 to 4096 are expected",
        "kind: http, url: 'http://127.0.0.1/', status: 99 | status",
      })
  void aKeyIsThereOrNotAsItsKindSays(String keys, String words) {
    assertThat(healthProblems(keys)).singleElement().asString().contains(words);
  }

  @Test
  void aCeleryWorkerMayRelyOnItsOwnProof() {
    WorkerSpec worker = worker(CELERY + ", health: {kind: celery}");

    assertThat(Objects.requireNonNull(worker.health()).check())
        .isEqualTo(new HealthCheck.OwnProof());
  }

  @Test
  void readsAllOfADrain() {
    assertThat(
            worker(
                    PROCESS
                        + ", restart: overlap, drain: {alert-after: 2h, max-generations: 5,"
                        + " when-full: stop-start, run: [bin/drain], timeout: 3s, deadline: 1d}")
                .drain())
        .isEqualTo(
            new DrainSpec(
                5,
                DrainSpec.WhenFull.STOP_START,
                Duration.ofHours(2),
                new DrainHook(
                    new CommandSpec(List.of("bin/drain"), Duration.ofSeconds(3)),
                    Duration.ofDays(1))));
  }

  @Test
  void whatIsLeftOutOfADrainIsAsItIsWithoutOne() {
    assertThat(worker(CELERY + ", drain: {alert-after: 2h}").drain())
        .isEqualTo(
            new DrainSpec(
                DrainSpec.DEFAULT.maxGenerations(),
                DrainSpec.DEFAULT.whenFull(),
                Duration.ofHours(2),
                null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kind: process, run: [a], restart: stop-start, drain: {max-generations: 2} "
            + "| drain is for restart: overlap",
        "kind: systemd, unit: a.service, drain: {alert-after: 1h} | take drain out",
        "kind: process, run: [a], restart: stop-start, drain: {run: [b], when-full: wait} "
            + "| when-full is for restart: overlap; say that, or take it out",
        "kind: process, run: [a], restart: overlap, drain: {deadline: 1h} "
            + "| deadline is of the command that drains",
        "kind: celery, app: tasks, drain: {run: [b]} "
            + "| run is for kind: process, and a worker of kind: celery is drained without it",
        "kind: celery, app: tasks, drain: {max-generations: 0} | max-generations",
        "kind: celery, app: tasks, drain: {when-full: never} | when-full",
        "kind: celery, app: tasks, drain: {alert-after: 2y} | alert-after",
      })
  void whatAWorkerHasNoUseForIsRefused(String keys, String words) {
    assertThat(problems(keys)).singleElement().asString().contains(words);
  }
}

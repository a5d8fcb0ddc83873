package dev.pullcord.systemtests.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.TempGitRemote;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A Celery worker whose generations are units, under load, with its broker on the same host. */
@EnabledIfSystemProperty(named = "pullcord.full", matches = "true")
class CeleryUnitsTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String MANIFEST =
      """
      version: 1
      bundles: {search: {paths: [search/], on-change: nothing}, tasks: {paths: [tasks/]}}
      workers:
        grep:
          kind: celery
          runner: systemd
          app: tasks.app
          queues: [grep]
          args: [--concurrency=2]
          env: {BROKER: "redis://127.0.0.1:6379/0", LEDGER: /var/tmp/ledger}
          canary: {task: tasks.app.canary, timeout: 60s}
          replaces: [celeryd.service]
      """;

  private static final String BEFORE =
      """
      [Service]
      ExecStart=/bin/sleep infinity
      [Install]
      WantedBy=multi-user.target
      """;
  private static final String MAY_STOP_IT =
      """
      polkit.addRule(function (action, subject) {
        if (action.id == "org.freedesktop.systemd1.manage-units" && subject.user == "pullcord" &&
            action.lookup("unit") == "celeryd.service" && action.lookup("verb") == "stop") {
          return polkit.Result.YES;
        }
      });
      """;

  private final Path files;
  private final TempGitRemote remote;
  private final LabHost host;

  CeleryUnitsTest(@TempDir Path temp) throws IOException {
    remote = TempGitRemote.create(temp.resolve("git"));
    host = new LabHost(temp.resolve("host"), remote.bare());
    files = Files.createDirectories(temp.resolve("host/disk/var/tmp"));
  }

  @Test
  void losesNoJobInDeploysAlsoWhenTheAgentIsKilledInOne() throws IOException {
    try (host) {
      Files.writeString(files.resolve("load.py"), resource("load.py"));
      host.put("etc/systemd/system/celeryd.service", BEFORE);
      host.put("etc/polkit-1/rules.d/60-celeryd.rules", MAY_STOP_IT);
      push("c1");
      host.begin();
      host.sh("systemctl enable --now celeryd.service");
      host.sh("systemctl start redis-server; mkdir -m 777 /var/tmp/ledger");
      Eventually.within(LIMIT)
          .until(
              "it says what root has to do",
              host::status,
              said -> said.contains("as root, once, systemctl disable celeryd.service"));
      assertThat(host.ask("systemctl", "is-active", "celeryd.service")).startsWith("active");
      host.sh("systemctl disable celeryd.service");
      converged("c1");
      assertThat(host.ask("systemctl", "is-active", "celeryd.service")).startsWith("inactive");
      host.sh(
          "systemd-run --unit=load python3 /var/tmp/load.py redis://127.0.0.1:6379/0"
              + " /var/tmp/ledger 3 18 5");

      converged(push("c2"));
      converged(push("c3"));
      push("c4");
      Eventually.within(LIMIT)
          .until("the next starts", () -> host.units().size(), units -> units > 1);
      host.sh("systemctl kill --signal=KILL pullcord-agent");
      converged("c4");

      host.sh("touch /var/tmp/ledger/stop");
      Eventually.within(LIMIT).until("all is done", () -> jobs("done"), jobs("sent")::equals);
      assertThat(jobs("sent")).hasSizeGreaterThan(50);
      assertThat(host.sh("cut -d' ' -f2 /var/tmp/ledger/began | sort -u").lines())
          .containsExactly("c1", "c2", "c3", "c4");
      Eventually.within(LIMIT).until("one is left", () -> host.units().size(), left -> left == 1);
    }
  }

  /** The jobs of a ledger, each as often as it is in there. */
  private List<String> jobs(String ledger) {
    return host.sh("cut -d' ' -f1 /var/tmp/ledger/" + ledger + " | sort").lines().toList();
  }

  private String push(String version) throws IOException {
    remote.push(
        Map.of(
            "pullcord.yaml",
            MANIFEST,
            "search/patterns",
            "p1\n",
            "tasks/__init__.py",
            "",
            "tasks/app.py",
            resource("tasks/app.py").replace("@VERSION@", version),
            "tasks/late.py",
            "VERSION = '" + version + "'\n"),
        version);
    return version;
  }

  private void converged(String version) {
    String commit = remote.git("log", "--format=%h", "--abbrev=7", "-1").strip();
    Eventually.within(LIMIT)
        .until(
            version + " is converged",
            host::status,
            said -> said.contains("host  converged  runs " + commit));
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = CeleryUnitsTest.class.getResourceAsStream("/celery/" + name)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}

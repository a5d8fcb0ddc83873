package dev.pullcord.systemtests.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.TempGitRemote;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A worker that is a unit which the node's administrator has made, of another user. */
@EnabledIfSystemProperty(named = "pullcord.full", matches = "true")
class OtherUnitsTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final TempGitRemote remote;
  private final LabHost host;

  OtherUnitsTest(@TempDir Path temp) throws IOException {
    remote = TempGitRemote.create(temp.resolve("git"));
    host = new LabHost(temp.resolve("host"), remote.bare());
    host.put(
        "etc/systemd/system/grep.service",
        """
        [Service]
        User=daemon
        ExecStart=/bin/sh /var/lib/pullcord/current/bin/worker
        Restart=always
        [Install]
        WantedBy=multi-user.target
        """);
  }

  private void push(String task) {
    remote.push(
        Map.of(
            "pullcord.yaml",
            """
            version: 1
            bundles: {all: {paths: [bin/]}}
            workers: {grep: {kind: systemd, unit: grep.service}}
            """,
            "bin/worker",
            "echo \"$(id -un) " + task + "\" >> /var/tmp/starts; while :; do sleep 1; done\n"),
        task);
  }

  @Test
  void isStartedAnewForEveryCommitOnceTheAgentMay() throws IOException {
    try (host) {
      push("one");
      host.begin();
      host.sh("systemctl enable grep.service; touch /var/tmp/starts; chmod 666 /var/tmp/starts");
      Eventually.within(LIMIT)
          .until(
              "it says what is missing",
              host::status,
              said -> said.contains("polkit has to let the agent's user start grep.service"));

      host.put(
          "etc/polkit-1/rules.d/60-grep.rules",
          """
          polkit.addRule(function (action, subject) {
            if (action.id == "org.freedesktop.systemd1.manage-units" &&
                subject.user == "pullcord" && action.lookup("unit") == "grep.service" &&
                ["start", "stop"].indexOf(action.lookup("verb")) >= 0) {
              return polkit.Result.YES;
            }
          });
          """);
      converged();
      String first = invocation();
      push("two");
      converged();

      assertThat(host.lines("/var/tmp/starts")).containsExactly("daemon one", "daemon two");
      assertThat(invocation()).isNotEqualTo(first);
      assertThat(host.status()).contains("invocation " + invocation() + "; before it: " + first);

      host.losePower();
      host.boot();
      converged();
      assertThat(host.lines("/var/tmp/starts").getLast()).isEqualTo("daemon two");
      assertThat(host.lines("/var/tmp/starts")).hasSize(3);
    }
  }

  private String invocation() {
    return host.sh("systemctl show --property=InvocationID --value grep.service").strip();
  }

  private void converged() {
    String commit = remote.git("log", "--format=%h", "--abbrev=7", "-1").strip();
    Eventually.within(LIMIT)
        .until(
            "converged on " + commit,
            host::status,
            said -> said.contains("host  converged  runs " + commit));
  }
}

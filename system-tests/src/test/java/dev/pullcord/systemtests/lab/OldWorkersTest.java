package dev.pullcord.systemtests.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.TempGitRemote;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node whose workers run as the agent's user, as they did before version 0.2, gets today's
 * template: what runs goes on, and the next push hands it over to {@code pullcord-worker}.
 */
@EnabledIfSystemProperty(named = "pullcord.full", matches = "true")
class OldWorkersTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String MANIFEST =
      """
      version: 1
      bundles: {tasks: {paths: [bin/, task]}}
      workers:
        grep: {kind: process, run: [sh, bin/worker]}
      """;
  private static final String WORKER =
      """
      echo kept > $PULLCORD_STATE/kept
      sleep 100000 & trap 'kill $!; exit 0' TERM
      while :; do wait; done
      """;

  @TempDir Path temp;

  private static void push(TempGitRemote remote, String task) {
    remote.push(Map.of("pullcord.yaml", MANIFEST, "bin/worker", WORKER, "task", task), task);
  }

  @Test
  void aWorkerOfTheAgentsUserIsHandedOverToTheOneOfWorkers() throws IOException {
    TempGitRemote remote = TempGitRemote.create(temp.resolve("git"));
    push(remote, "one");
    try (LabHost host = new LabHost(temp.resolve("host"), remote.bare())) {
      host.put(
          "etc/pullcord/agent.yaml",
          "node: host\ngit: {url: \"file:///srv/fleet.git\", branch: main, poll: 1s}\n");
      String before = "/etc/systemd/system/pullcord-worker@.service.d/before.conf";
      host.put(before.substring(1), "[Service]\nUser=pullcord\nStateDirectory=\n");
      host.begin();
      converged(host);
      List<String> old = users(host);
      assertThat(old).singleElement().asString().endsWith(" pullcord");

      host.sh("rm " + before + " && systemctl daemon-reload && systemctl restart pullcord-agent");
      converged(host);
      assertThat(users(host)).isEqualTo(old);

      push(remote, "two");
      Eventually.within(LIMIT)
          .until(
              "another is left alone",
              () -> users(host),
              now -> now.size() == 1 && !now.equals(old));
      converged(host);
      assertThat(users(host)).singleElement().asString().endsWith(" pullcord-worker");
      assertThat(host.lines("/var/lib/pullcord-worker/grep/kept")).containsExactly("kept");
    }
  }

  private static void converged(LabHost host) {
    Eventually.within(LIMIT)
        .until("it is converged", host::status, said -> said.contains("host  converged"));
  }

  /** The pid and the user of each process that runs the worker's script. */
  private static List<String> users(LabHost host) {
    return host.sh("ps -eo pid=,user:32=,args=")
        .lines()
        .filter(line -> line.endsWith("sh bin/worker"))
        .map(line -> line.strip().replaceFirst(" +(\\S*/)?sh bin/worker$", ""))
        .toList();
  }
}

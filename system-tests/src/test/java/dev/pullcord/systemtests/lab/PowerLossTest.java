package dev.pullcord.systemtests.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.TempGitRemote;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The power of a host goes in the middle of an apply, and comes back over the same disk. */
class PowerLossTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final long SEED = 1;

  /** From the push on; the apply begins with a poll, every second, and takes about three. */
  private static final int LAST_MILLIS = 3500;

  private static final int FILES = 100;

  private final TempGitRemote remote;
  private final LabHost host;

  PowerLossTest(@TempDir Path temp) throws IOException {
    remote = TempGitRemote.create(temp.resolve("git"));
    host = new LabHost(temp.resolve("host"), remote.bare());
  }

  /** Two moments in CI, twenty with {@code -Dpullcord.full=true}. */
  @Test
  void isConvergedAgainWithoutHelpWhereverInAnApplyThePowerWent() throws IOException {
    Random moments = new Random(SEED);
    try (host) {
      push(0);
      host.begin();
      converged(0, Duration.ZERO);
      int times = Boolean.getBoolean("pullcord.full") ? 20 : 2;
      for (int version = 1; version <= times; version++) {
        Duration moment = Duration.ofMillis(moments.nextInt(LAST_MILLIS));
        push(version);
        LockSupport.parkNanos(moment.toNanos());
        host.losePower();

        host.boot();

        converged(version, moment);
      }
    }
  }

  private void push(int version) {
    Map<String, String> files = new HashMap<>();
    files.put("pullcord.yaml", LabFleet.MANIFEST.replace("task]", "task, files/]"));
    files.put("bin/worker", LabFleet.WORKER);
    files.put("bin/check", "sleep 0.3\n");
    files.put("task", "version " + version);
    for (int i = 0; i < FILES; i++) {
      files.put("files/" + i, "version " + version + "\n");
    }
    remote.push(files, "version " + version);
  }

  /** The server's side is a branch here, so the agent's own word is held against the disk. */
  private void converged(int version, Duration moment) {
    String commit = remote.git("log", "--format=%h", "--abbrev=7", "-1").strip();
    String when = "version %d, %d ms after the push".formatted(version, moment.toMillis());
    Eventually.within(LIMIT)
        .until(
            when,
            host::status,
            said -> said.contains("host  converged  runs " + commit) && !said.contains("draining"));
    List<String> units = host.units();
    assertThat(units).as(when).hasSize(1).allMatch(unit -> unit.endsWith(" running"));
    assertThat(host.sh("cat /var/lib/pullcord/current/files/* | sort | uniq -c").strip())
        .as(when)
        .isEqualTo(FILES + " version " + version);
    String main = host.sh("systemctl show --property=MainPID --value 'pullcord-worker@*'").strip();
    assertThat(host.sh("readlink /proc/" + main + "/cwd").strip())
        .as(when)
        .isEqualTo(host.sh("readlink -f /var/lib/pullcord/current").strip());
  }
}

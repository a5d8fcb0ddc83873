package dev.pullcord.agent.host.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionsTest {
  @Test
  void killsAProcessAndAllThatItHasStartedAndNobodyElse() throws IOException {
    Process other = new ProcessBuilder("sleep", "60").start();
    Process shell =
        new ProcessBuilder(
                "setsid", "sh", "-c", "trap '' TERM; sleep 60 & (trap '' TERM; sleep 60) & wait")
            .start();
    try {
      Eventually.within(Duration.ofSeconds(60))
          .isTrue("both sleep", () -> shell.descendants().count() >= 2);
      List<ProcessHandle> all = shell.descendants().toList();
      ProcessId id = Processes.find(shell.pid()).orElseThrow();

      assertThat(Sessions.kill(id, List::of)).isGreaterThanOrEqualTo(3);

      Eventually.within(Duration.ofSeconds(60))
          .isTrue("nobody is left", () -> all.stream().noneMatch(SessionsTest::lives));
      assertThat(lives(shell.toHandle())).isFalse();
      assertThat(other.isAlive()).isTrue();
      assertThat(Sessions.kill(id, List::of)).isZero();
    } finally {
      other.destroyForcibly();
      shell.descendants().forEach(ProcessHandle::destroyForcibly);
      shell.destroyForcibly();
    }
  }

  @Test
  void aPidThatSomebodyElseHasNowIsNotKilled() throws IOException {
    Process other = new ProcessBuilder("sleep", "60").start();
    try {
      ProcessId before = Processes.find(other.pid()).orElseThrow();

      assertThat(Sessions.kill(new ProcessId(before.pid(), before.start() - 1), List::of)).isZero();

      assertThat(other.isAlive()).isTrue();
    } finally {
      other.destroyForcibly();
    }
  }

  private static boolean lives(ProcessHandle process) {
    return Processes.find(process.pid()).isPresent();
  }
}

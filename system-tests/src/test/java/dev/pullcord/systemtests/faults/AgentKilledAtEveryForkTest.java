package dev.pullcord.systemtests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.process.Child;
import dev.pullcord.systemtests.Fleets;
import dev.pullcord.systemtests.SmallWork;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 of the packaged agent at its n-th fork of an apply, for every n: strace delivers SIGKILL
 * when a thread enters that system call, so what is about to be forked has not been. A sample
 * without {@code --full}. The calls that change files are in {@link KilledAtEveryCallTest}.
 */
class AgentKilledAtEveryForkTest {
  private static final String FORKS = "fork,vfork,clone,clone3";
  private static final int MOST = 60;

  @TempDir Path directory;

  /** Checks, the worker, its SIGTERM and its health are all forked. */
  @Test
  void endsWithOneReleaseAndOneWorkerFromEveryFork() throws IOException {
    int died = killAtEach(FORKS, Fleets.full() ? 1 : 3);
    assertThat(died).as("forks at which the agent died").isGreaterThanOrEqualTo(1);
  }

  /** Returns how many times the agent died; ends at the first n that an apply does not reach. */
  private int killAtEach(String calls, int step) throws IOException {
    Needs.tool("strace");
    int died = 0;
    try (LocalFleet fleet = Fleets.converged(directory.resolve("fleet"), 1)) {
      LocalAgent agent = fleet.agent(0);
      for (int n = 1; n <= MOST; n += step) {
        Fleets.connected(agent);
        Child strace = killAt(agent, calls, n);
        fleet.workTree().write(SmallWork.task(calls + n));
        String commit = fleet.workTree().commit("Killed at " + n);
        fleet.workTree().push(_ -> {}, "-o", "nowait", "origin", "HEAD");
        boolean reached = diedBeforeConverged(fleet, agent, commit);
        strace.kill();
        if (reached) {
          agent.start();
        }
        Fleets.convergedOn(fleet, agent, commit);
        Fleets.oneReleaseAndOneWorker(agent, commit);
        if (!clearsAway(agent) && !reached) {
          return died;
        }
        died++;
      }
    }
    return died;
  }

  /**
   * Waits until nothing obsolete is left. The agent may also have died after it had converged,
   * while it cleared away; then it is started for this, and the answer is yes.
   */
  private static boolean clearsAway(LocalAgent agent) {
    AtomicBoolean died = new AtomicBoolean();
    Path temporary = agent.state().resolve("tmp");
    Eventually.within(Fleets.RECOVERY)
        .until(
            "nothing is left in " + temporary,
            () -> {
              if (!agent.isAlive()) {
                died.set(true);
                agent.start();
              }
              return Fleets.names(temporary);
            },
            List::isEmpty);
    return died.get();
  }

  private Child killAt(LocalAgent agent, String calls, int n) throws IOException {
    Path log = directory.resolve("strace.log");
    Files.deleteIfExists(log);
    Child strace =
        Child.start(
            List.of(
                "strace",
                "-f",
                "--detach-on=execve",
                "-p",
                Long.toString(agent.pid()),
                "-e",
                "trace=" + calls,
                "-e",
                "inject=" + calls + ":signal=KILL:when=" + n),
            directory,
            Map.of(),
            log);
    Eventually.within(Fleets.RECOVERY)
        .until("strace is attached", () -> Files.readString(log), l -> l.contains("attached"));
    return strace;
  }

  private static boolean diedBeforeConverged(LocalFleet fleet, LocalAgent agent, String commit) {
    return Eventually.within(Duration.ofSeconds(60))
        .until(
            "the agent died or converged",
            () -> {
              var applied = fleet.api().node(agent.name()).appliedCommit();
              if (applied != null && applied.value().equals(commit)) {
                return "converged";
              }
              return agent.isAlive() ? "applying" : "died";
            },
            seen -> !seen.equals("applying"))
        .equals("died");
  }
}

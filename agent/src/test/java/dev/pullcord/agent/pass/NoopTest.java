package dev.pullcord.agent.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.agent.journal.JournalProbe;
import dev.pullcord.agent.plan.Foreseen;
import dev.pullcord.agent.plan.Outlook;
import dev.pullcord.agent.rig.CrashPoint;
import dev.pullcord.agent.rig.Rig;
import dev.pullcord.agent.rights.AllowedWork;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that only says what it would do. */
class NoopTest {
  @TempDir Path temp;
  private Rig rig;

  @BeforeEach
  void open() throws IOException {
    rig = new Rig(temp);
    rig.restart = WorkerSpec.Restart.OVERLAP;
  }

  @AfterEach
  void close() throws IOException {
    rig.close();
  }

  /** Ends the agent when it has switched and done nothing more. */
  private static final class AfterTheSwitch implements JournalProbe {
    @Override
    public void after(Boundary boundary) {
      if (boundary.entry().equals("Switched")) {
        throw new CrashPoint.Crash("after switched");
      }
    }
  }

  private void noop(boolean noop) {
    rig.end();
    rig.noop = noop;
  }

  private List<String> releases() throws IOException {
    try (Stream<Path> releases = Files.list(rig.home.resolve("releases"))) {
      return releases.map(r -> r.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void saysWhatItWouldDoAndTouchesNothing() throws IOException {
    rig.push(rig.first());
    noop(true);
    long worker = rig.living().getFirst();
    CommitId next = rig.commit("tasks/task", "another\n");

    PassResult result = rig.push(next);

    assertThat(result.state()).isEqualTo(NodeState.HELD);
    assertThat(result.reason())
        .isEqualTo("noop: would go to " + next.abbreviated() + ": hand over grep");
    assertThat(rig.pass()).isEqualTo(result);
    assertThat(rig.agent().status().state()).isEqualTo(NodeState.HELD);
    assertThat(rig.agent().status().targetCommit()).isEqualTo(next);
    assertThat(rig.living()).containsExactly(worker);
    assertThat(releases()).hasSize(1);
    assertThat(rig.released("tasks/task")).isEqualTo("the task\n");
    assertThat(rig.agent().foresee(null))
        .isInstanceOfSatisfying(
            Foreseen.Would.class,
            would -> {
              assertThat(would.outlook().verdict()).isEqualTo(Outlook.Verdict.HELD);
              assertThat(would.outlook().workers()).containsOnlyKeys("grep");
            });
  }

  @Test
  void whatTheNodesOwnerDoesNotAllowIsHeldWithTheLineOfTheFile() throws IOException {
    rig.push(rig.first());
    rig.end();
    rig.allowed = new AllowedWork(List.of("release/*"), List.of());
    long worker = rig.living().getFirst();

    PassResult result = rig.push(rig.commit("tasks/task", "another\n"));

    assertThat(result.state()).isEqualTo(NodeState.HELD);
    assertThat(result.reason())
        .isEqualTo("agent.yaml does not allow ref \"main\"; it has refs: [release/*]");
    assertThat(rig.living()).containsExactly(worker);
    rig.end();
    rig.allowed = new AllowedWork(List.of("main"), List.of("celery"));
    assertThat(rig.push(rig.commit("tasks/task", "a third\n")).reason())
        .isEqualTo("agent.yaml does not allow kind process of worker grep; it has kinds: [celery]");
  }

  @Test
  void aFirstCommitIsHeldToo() {
    rig.noop = true;
    CommitId first = rig.first();

    PassResult result = rig.push(first);

    assertThat(result.state()).isEqualTo(NodeState.HELD);
    assertThat(result.reason()).endsWith(": start grep");
    assertThat(rig.home.resolve("current")).doesNotExist();
  }

  @Test
  void whatAsksForNothingNewIsNotedAndConverged() {
    rig.push(rig.first());
    noop(true);

    assertThat(rig.push(rig.commit(Map.of("README", "new\n"))).state())
        .isEqualTo(NodeState.CONVERGED);
  }

  @Test
  void aWorkerThatDiesIsStartedAgainAsItWas() throws IOException {
    CommitId first = rig.first();
    rig.push(first);
    noop(true);
    rig.push(rig.commit("tasks/task", "another\n"));

    rig.kill(rig.living().getFirst());
    rig.pass();
    rig.clockForward(Duration.ofMinutes(2));
    assertThat(rig.pass().state()).as("it has not lived for long").isEqualTo(NodeState.FAILED);
    rig.clockForward(Duration.ofMinutes(2));

    assertThat(rig.pass().state()).isEqualTo(NodeState.HELD);
    assertThat(rig.living()).hasSize(1);
    assertThat(rig.lines("starts").getLast()).endsWith(first.value());
  }

  @Test
  void whatWasBeingSwitchedToIsFinished() throws IOException {
    rig.push(rig.first());
    CommitId next = rig.commit("tasks/task", "another\n");
    rig.end();
    rig.probe = new AfterTheSwitch();
    assertThatThrownBy(() -> rig.push(next)).isInstanceOf(CrashPoint.Crash.class);
    rig.probe = JournalProbe.NONE;
    noop(true);

    assertThat(rig.pass().state()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.released("tasks/task")).isEqualTo("another\n");
    assertThat(Objects.requireNonNull(rig.agent().status().appliedCommit())).isEqualTo(next);
  }

  @Test
  void withoutNoopItDoesWhatItSaid() {
    rig.push(rig.first());
    noop(true);
    rig.push(rig.commit("tasks/task", "another\n"));
    noop(false);

    assertThat(rig.pass().state()).isEqualTo(NodeState.CONVERGED);
  }

  @Test
  void nothingOfTheRepositoryRunsAsRootUnlessTheOwnerSaysSo() throws IOException {
    Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    rig.allowed = AllowedWork.USUAL;

    PassResult result = rig.push(rig.first());

    assertThat(result.state()).isEqualTo(NodeState.HELD);
    assertThat(result.reason()).contains("would run as root", "as-root: true in agent.yaml");
    assertThat(rig.living()).isEmpty();
    assertThat(releases()).isEmpty();
    rig.end();
    rig.allowed = AllowedWork.ALL;
    assertThat(rig.push(rig.first()).state()).isEqualTo(NodeState.CONVERGED);
  }
}

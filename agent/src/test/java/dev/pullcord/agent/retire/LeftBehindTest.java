package dev.pullcord.agent.retire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.agent.host.process.Processes;
import dev.pullcord.agent.journal.JournalProbe;
import dev.pullcord.agent.rig.CrashPoint;
import dev.pullcord.agent.rig.Rig;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A wrapper that does not exec: SIGTERM ends the wrapper, and the program goes on. */
class LeftBehindTest {
  /** Writes down each TERM, and ends by it unless there is a file that says otherwise. */
  private static final String PROGRAM =
      """
      #!/bin/sh
      trap 'echo $$ >> "$LEDGER/asked"; [ -e "$LEDGER/stubborn" ] || exit 0' TERM
      echo "$$ $PULLCORD_COMMIT" >> "$LEDGER/starts"
      : > "$LEDGER/ready.$PULLCORD_GENERATION"
      while :; do sleep 0.02 & wait $!; done
      """;

  @TempDir Path temp;
  private Rig rig;

  @BeforeEach
  void rig() throws IOException {
    rig = new Rig(temp);
  }

  @AfterEach
  void close() throws IOException {
    rig.close();
  }

  private CommitId wrapped(String how, String task) {
    return rig.commit(
        Map.of(
            "bin/worker",
            "#!/bin/sh\n" + how + "\n",
            "bin/program",
            PROGRAM,
            "tasks/task",
            task + "\n"));
  }

  private List<GenerationStatus> generations() {
    return Objects.requireNonNull(rig.agent().status().workers().get("grep")).generations();
  }

  private PassResult pushed(CommitId commit) {
    rig.decisions.decide(commit);
    return rig.agent().runOnce();
  }

  /** Turns the loop by hand until the node is in that state. */
  private PassResult until(NodeState state) {
    PassResult[] last = new PassResult[1];
    rig.await(() -> {
      last[0] = rig.pass();
      return last[0].state() == state;
    });
    return last[0];
  }

  @ParameterizedTest
  @EnumSource(WorkerSpec.Runner.class)
  void whatAWrapperLeavesBehindIsAskedOnceAndIsGoneBeforeTheNextBegins(WorkerSpec.Runner runner)
      throws IOException {
    rig.underSystemd();
    rig.runner = runner;
    assertThat(rig.push(wrapped("bin/program; :", "one")).state()).isEqualTo(NodeState.CONVERGED);
    long old = rig.living().getFirst();

    PassResult result = pushed(wrapped("bin/program; :", "two"));

    assertThat(result.state()).as(result.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.lines("asked")).containsExactly(Long.toString(old));
    assertThat(rig.living()).hasSize(1).doesNotContain(old);
    assertThat(generations()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "setsid bin/program & wait",
        "(setsid bin/program &) ; sleep 60",
        "env -u PULLCORD_CURRENT bin/program; :"
      })
  void alsoWhereItHasLeftTheSessionOrForgottenWhoseItIs(String how) throws IOException {
    rig.push(wrapped(how, "one"));
    long old = rig.living().getFirst();

    PassResult result = pushed(wrapped(how, "two"));

    assertThat(result.state()).as(result.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.lines("asked")).containsExactly(Long.toString(old));
    assertThat(rig.living()).hasSize(1).doesNotContain(old);
  }

  @Test
  void oneThatDoesNotEndIsShownAndNothingIsStartedBesideItUntilItIsKilled() throws IOException {
    Files.createFile(rig.ledger.resolve("stubborn"));
    rig.push(wrapped("bin/program; :", "one"));
    long old = rig.living().getFirst();

    rig.pushInterruptedBy(wrapped("bin/program; :", "two"), "asked");
    PassResult draining = rig.passInterruptedBy("asked");

    assertThat(draining.state()).isEqualTo(NodeState.APPLYING);
    assertThat(draining.reason())
        .startsWith("draining pid " + old + ", left behind by its main process, since ");
    assertThat(generations())
        .singleElement()
        .satisfies(g -> {
          assertThat(g.phase()).isEqualTo(GenerationPhase.DRAINING);
          assertThat(g.pid()).isEqualTo(old);
        });
    assertThat(rig.lines("starts")).hasSize(1);

    rig.decisions.order(
        new Orders(
            1, Map.of(), Map.of(), Map.of(1L, new Orders.Kill("ann", "hangs", Instant.EPOCH))));
    assertThat(until(NodeState.CONVERGED).reason()).startsWith("runs ");
    assertThat(rig.living()).hasSize(1).doesNotContain(old);
    assertThat(rig.lines("asked")).hasSize(1);
  }

  @Test
  void aWorkerIsNotStoppedWhileSomethingOfItLives() throws IOException {
    Files.createFile(rig.ledger.resolve("stubborn"));
    rig.push(wrapped("bin/program; :", "one"));
    long old = rig.living().getFirst();
    rig.decisions.order(
        new Orders(
            1, Map.of("grep", new Orders.Stop("ann", "disk", Instant.EPOCH)), Map.of(), Map.of()));

    PassResult stopping = until(NodeState.APPLYING);
    rig.await(() -> !read("asked").isEmpty());

    assertThat(stopping.state()).isEqualTo(NodeState.APPLYING);
    assertThat(stopping.reason())
        .contains("worker grep stopped by ann", "draining pid " + old + ", left behind");
    assertThat(Objects.requireNonNull(rig.agent().status().workers().get("grep")).proof())
        .isEqualTo("none works; draining pid " + old + " of generation 1");

    rig.kill(old);
    assertThat(until(NodeState.HELD).reason()).doesNotContain("draining");
  }

  /** As a pool that finishes its work when its master is told, and dies when it is told itself. */
  @Test
  void theChildrenOfWhatIsLeftBehindAreToldByTheirParentAlone() throws IOException {
    String master =
        """
        #!/bin/sh
        (trap 'echo child >> "$LEDGER/children"' TERM
        while [ ! -e "$LEDGER/told.$PULLCORD_GENERATION" ]; do sleep 0.02 & wait $!; done
        sleep 0.3; echo finished >> "$LEDGER/children") &
        pool=$!
        trap 'echo $$ >> "$LEDGER/asked"; : > "$LEDGER/told.$PULLCORD_GENERATION"; asked=1' TERM
        echo "$$ $PULLCORD_COMMIT" >> "$LEDGER/starts"
        : > "$LEDGER/ready.$PULLCORD_GENERATION"
        while [ -z "$asked" ]; do sleep 0.02 & wait $!; done
        wait $pool
        """;
    rig.push(rig.commit(Map.of("bin/worker", "#!/bin/sh\nbin/p; :\n", "bin/p", master)));

    PassResult result =
        pushed(rig.commit(Map.of("bin/worker", "#!/bin/sh\n: two; bin/p; :\n", "bin/p", master)));

    assertThat(result.state()).as(result.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.lines("asked")).hasSize(1);
    assertThat(rig.lines("children")).containsExactly("finished");
  }

  private List<String> read(String name) {
    try {
      return rig.lines(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void ofAMainProcessThatDiesTheRestIsAskedBeforeTheNextBegins() throws IOException {
    rig.push(wrapped("echo $$ > \"$LEDGER/wrapper\"; bin/program; :", "one"));
    long old = rig.living().getFirst();
    rig.kill(Long.parseLong(rig.lines("wrapper").getFirst()));

    PassResult failed = rig.pass();

    assertThat(failed.state()).isEqualTo(NodeState.FAILED);
    assertThat(failed.reason()).contains("worker grep exited 137");
    rig.clockForward(Duration.ofSeconds(2));
    until(NodeState.CONVERGED);
    assertThat(rig.lines("asked")).containsExactly(Long.toString(old));
    assertThat(rig.living()).hasSize(1).doesNotContain(old);
  }

  @Test
  void anAgentThatIsKilledAsTheWrapperEndsFindsTheRest() throws IOException {
    Files.createFile(rig.ledger.resolve("stubborn"));
    rig.push(wrapped("bin/program; :", "one"));
    long old = rig.living().getFirst();
    CommitId next = wrapped("bin/program; :", "two");
    rig.end();
    rig.probe =
        new JournalProbe() {
          @Override
          public void after(Boundary boundary) {
            if (boundary.entry().equals("RestIntent")) {
              throw new CrashPoint.Crash(boundary.entry());
            }
          }
        };
    rig.decisions.decide(next);
    assertThatThrownBy(() -> until(NodeState.CONVERGED)).isInstanceOf(CrashPoint.Crash.class);
    rig.end();
    rig.probe = JournalProbe.NONE;

    PassResult found = rig.passInterruptedBy("asked");

    assertThat(found.state()).isEqualTo(NodeState.APPLYING);
    assertThat(rig.lines("asked")).containsExactly(Long.toString(old));
    assertThat(rig.lines("starts")).hasSize(1);
    rig.kill(old);
    until(NodeState.CONVERGED);
    assertThat(rig.living()).hasSize(1);
  }

  @Test
  void aProgramThatLeavesItsStartAtOnceIsTheReleasesFaultAndDoesNotRunOn() throws IOException {
    rig.push(rig.first());
    long good = rig.living().getFirst();

    rig.push(wrapped("setsid bin/program > /dev/null 2>&1 & exit 0", "two"));

    PassResult back = until(NodeState.ROLLED_BACK);
    assertThat(back.reason()).contains("worker grep");
    assertThat(rig.living()).hasSize(1).doesNotContain(good);
    assertThat(Processes.find(Long.parseLong(rig.lines("asked").getFirst()))).isEmpty();
  }
}

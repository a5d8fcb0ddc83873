package dev.pullcord.agent.retire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.journal.JournalProbe;
import dev.pullcord.agent.rig.Rig;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.protocol.desired.Orders;
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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators ask of workers, without a commit. */
class OrdersTest {
  private static final Orders STOPPED =
      new Orders(
          1,
          Map.of("grep", new Orders.Stop("ann", "look at the disk", Instant.EPOCH)),
          Map.of(),
          Map.of());
  private static final Orders STARTED = new Orders(2, Map.of(), Map.of(), Map.of());
  private static final Orders RESTARTED = new Orders(1, Map.of(), Map.of("grep", 1L), Map.of());

  @TempDir Path temp;
  private Rig rig;

  @BeforeEach
  void open() throws IOException {
    rig = new Rig(temp);
  }

  @AfterEach
  void close() throws IOException {
    Files.deleteIfExists(rig.ledger.resolve("linger"));
    rig.close();
  }

  private PassResult ordered(Orders orders) {
    rig.decisions.order(orders);
    return rig.agent().runOnce();
  }

  private List<GenerationStatus> generations() {
    return Objects.requireNonNull(rig.agent().status().workers().get("grep")).generations();
  }

  private boolean gone() {
    try {
      return rig.living().isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aStoppedWorkerFinishesAndStaysStoppedOverRestartsAndCommitsUntilItIsStarted()
      throws IOException {
    rig.push(rig.first());
    Files.createFile(rig.ledger.resolve("linger"));

    PassResult stopped = ordered(STOPPED);

    assertThat(stopped.state()).isEqualTo(NodeState.HELD);
    assertThat(stopped.reason()).isEqualTo("worker grep stopped by ann: look at the disk");
    assertThat(generations())
        .extracting(GenerationStatus::phase)
        .containsExactly(GenerationPhase.DRAINING);
    assertThat(rig.agent().status().orders()).isEqualTo(1);
    Files.delete(rig.ledger.resolve("linger"));
    rig.await(this::gone);
    assertThat(rig.pass().state()).isEqualTo(NodeState.HELD);

    rig.end();
    assertThat(rig.pass().state()).isEqualTo(NodeState.HELD);
    PassResult pushed = rig.push(rig.commit("tasks/task", "second\n"));
    assertThat(pushed.state()).as(pushed.reason()).isEqualTo(NodeState.HELD);
    assertThat(rig.agent().status().appliedCommit()).isEqualTo(rig.agent().status().targetCommit());
    assertThat(rig.lines("starts")).hasSize(1);

    PassResult started = ordered(STARTED);

    assertThat(started.state()).as(started.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.living()).hasSize(1);
    assertThat(rig.lines("starts")).hasSize(2);
  }

  @Test
  void theReasonForAStopIsNotTakenForAGenerationThatDrains() throws IOException {
    rig.push(rig.first());

    PassResult stopped =
        ordered(
            new Orders(
                1,
                Map.of("grep", new Orders.Stop("ann", "full; draining the disk", Instant.EPOCH)),
                Map.of(),
                Map.of()));

    assertThat(stopped.state()).isEqualTo(NodeState.HELD);
    assertThat(stopped.reason()).isEqualTo("worker grep stopped by ann: full; draining the disk");
  }

  @Test
  void aWorkerIsStoppedAlsoWhileTheCommitCannotBeHad() throws IOException {
    rig.push(rig.first());
    rig.source.away = "no route to host";
    rig.decisions.decide(rig.source.refused("never had"));

    ordered(STOPPED);

    rig.await(this::gone);
    assertThat(rig.pass().reason()).contains("no route to host");
    assertThat(rig.lines("starts")).hasSize(1);
  }

  @Test
  void aRestartIsDoneOnceHoweverOftenItIsAskedFor() throws IOException {
    rig.push(rig.first());
    long before = rig.living().getFirst();

    PassResult restarted = ordered(RESTARTED);
    rig.pass();
    rig.end();
    rig.pass();

    assertThat(restarted.state()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.lines("terms")).containsExactly(Long.toString(before));
    assertThat(rig.lines("starts")).hasSize(2);
    assertThat(rig.history().releases()).as("no release is made for it").hasSize(1);
  }

  @Test
  void aRestartIsAnOverlapWhereTheWorkerOverlaps() throws IOException {
    rig.restart = WorkerSpec.Restart.OVERLAP;
    rig.push(rig.first());
    Files.createFile(rig.ledger.resolve("linger"));

    PassResult restarted = ordered(RESTARTED);

    assertThat(restarted.state()).as(restarted.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(generations())
        .extracting(GenerationStatus::phase)
        .containsExactly(GenerationPhase.CONSUMING, GenerationPhase.DRAINING);
  }

  @Test
  void aCommitAfterARestartRestartsNothingThatItDoesNotChange() throws IOException {
    rig.push(rig.first());
    ordered(RESTARTED);

    PassResult result = rig.push(rig.commit("search/one", "better\n"));

    assertThat(result.state()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.lines("starts")).hasSize(2);
  }

  private static Orders killing(long generation) {
    return killing(generation, Instant.EPOCH);
  }

  private static Orders killing(long generation, Instant since) {
    return new Orders(
        1 + since.getEpochSecond(),
        Map.of(),
        Map.of(),
        Map.of(generation, new Orders.Kill("ann", "it hangs", since)));
  }

  @Test
  void aGenerationThatDrainsForEverIsKilledWithItsReasonInTranscriptAndJournal()
      throws IOException {
    rig.restart = WorkerSpec.Restart.OVERLAP;
    rig.push(rig.first());
    Files.createFile(rig.ledger.resolve("linger"));
    rig.push(rig.commit("tasks/task", "second\n"));
    assertThat(generations()).hasSize(2);

    PassResult killed = ordered(killing(1));

    assertThat(killed.state()).isEqualTo(NodeState.CONVERGED);
    rig.await(() -> {
      rig.pass();
      return generations().size() == 1;
    });
    assertThat(generations().getFirst().number()).isEqualTo(2);
    assertThat(rig.reports.steps())
        .filteredOn(step -> step.subject().equals("grep generation 1, killed"))
        .singleElement()
        .satisfies(step -> assertThat(step.output()).startsWith("killed by ann: it hangs"));
    assertThat(rig.lines("starts")).hasSize(2);
  }

  @Test
  void aKillThatFailedIsTriedAgainAfterAWhileAndAtOnceWhenItIsOrderedAgain() throws IOException {
    AtomicInteger tries = new AtomicInteger();
    rig.probe =
        new JournalProbe() {
          @Override
          public void before(Boundary boundary) {
            if (boundary.entry().equals("KillIntent") && tries.incrementAndGet() < 4) {
              throw new UncheckedIOException(new IOException("No space left on device"));
            }
          }
        };
    rig.push(rig.first());
    long pid = rig.living().getFirst();

    ordered(killing(1));
    rig.pass();
    rig.pass();
    assertThat(tries).as("not at every pass").hasValue(1);
    assertThat(rig.living()).containsExactly(pid);

    rig.clockForward(Duration.ofMinutes(1));
    rig.pass();
    assertThat(tries).hasValue(2);

    ordered(killing(1, Instant.EPOCH.plusSeconds(1)));
    rig.pass();
    assertThat(tries).hasValue(3);

    rig.clockForward(Duration.ofMinutes(1));
    rig.pass();
    assertThat(tries).hasValue(4);
    rig.await(() -> {
      rig.pass();
      return generations().stream().anyMatch(g -> g.number() == 2);
    });
    rig.clockForward(Duration.ofMinutes(2));
    rig.pass();
    assertThat(tries).as("it was done").hasValue(4);
    assertThat(rig.living()).hasSize(1).doesNotContain(pid);
  }

  @Test
  void oneThatWorkedIsReplacedAtOnceAndTheNewOneIsNotMeant() throws IOException {
    rig.push(rig.first());
    long pid = rig.living().getFirst();

    ordered(killing(1));
    rig.await(() -> {
      rig.pass();
      return generations().stream().anyMatch(g -> g.number() == 2);
    });
    rig.pass();
    rig.end();
    rig.pass();

    assertThat(rig.living()).hasSize(1).doesNotContain(pid);
    assertThat(rig.lines("starts")).hasSize(2);
    assertThat(rig.lines("terms")).as("nobody was asked").isEmpty();
  }
}

package dev.pullcord.agent.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.rig.Rig;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.DrainSpec;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two generations of a worker side by side, with real processes. */
class OverlapTest {
  /** Well; but once its link follows {@code current}, only with a task that is not BAD. */
  private static final List<String> WELL_UNTIL_IT_WORKS =
      List.of(
          "sh",
          "-c",
          """
          case $(readlink "$PULLCORD_CURRENT") in
          */current) ! grep -q BAD "$PULLCORD_CURRENT/tasks/task" ;;
          esac\
          """);

  @TempDir Path temp;
  private Rig rig;

  @BeforeEach
  void open() throws IOException {
    rig = new Rig(temp);
    rig.restart = WorkerSpec.Restart.OVERLAP;
  }

  @AfterEach
  void close() throws IOException {
    Files.deleteIfExists(rig.ledger.resolve("linger"));
    rig.close();
  }

  private CommitId task(String content) {
    return rig.commit("tasks/task", content + "\n");
  }

  private List<GenerationPhase> phases() {
    return rig.agent().status().workers().values().iterator().next().generations().stream()
        .map(GenerationStatus::phase)
        .toList();
  }

  private String seenBy(int generation, String path) throws IOException {
    return Files.readString(rig.home.resolve("generations/" + generation + "/current/" + path));
  }

  private Set<String> leases(long generation) throws IOException {
    return Objects.requireNonNull(rig.history().generations().get(generation)).leases();
  }

  private int living() {
    try {
      return rig.living().size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void letFinish() throws IOException {
    Files.delete(rig.ledger.resolve("linger"));
  }

  @Test
  void theOldOneFinishesItsWorkWhileTheNodeIsConverged() throws IOException {
    rig.push(rig.first());
    long old = rig.living().getFirst();
    Files.createFile(rig.ledger.resolve("linger"));
    CommitId second = task("second");

    PassResult result = rig.push(second);

    assertThat(result.state()).isEqualTo(NodeState.CONVERGED);
    assertThat(phases()).containsExactly(GenerationPhase.CONSUMING, GenerationPhase.DRAINING);
    rig.await(() -> hasLine("terms", old));
    assertThat(living()).isEqualTo(2);
    assertThat(rig.reports.steps())
        .extracting(StepRecord::kind)
        .endsWith(
            StepRecord.Kind.START,
            StepRecord.Kind.HEALTH,
            StepRecord.Kind.SWITCH,
            StepRecord.Kind.SWITCH,
            StepRecord.Kind.HEALTH);
    letFinish();
    rig.await(() -> living() == 1);
    rig.pass();
    assertThat(phases()).containsExactly(GenerationPhase.CONSUMING);
    assertThat(rig.lines("terms")).containsExactly(Long.toString(old));
  }

  private boolean hasLine(String file, long pid) {
    try {
      return rig.lines(file).contains(Long.toString(pid));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatDrainsSeesNoPatternThatIsNewerThanItsCodeAndKeepsItsReleases() throws IOException {
    rig.push(rig.first());
    rig.push(rig.commit("search/one", "of the old one\n"));
    assertThat(seenBy(1, "search/one")).isEqualTo("of the old one\n");
    Files.createFile(rig.ledger.resolve("linger"));

    rig.push(rig.commit(Map.of("tasks/task", "new\n", "search/one", "of the new one\n")));
    rig.push(rig.commit(Map.of("tasks/task", "new\n", "search/one", "newest\n")));
    rig.clockForward(Duration.ofDays(30));
    rig.push(rig.commit(Map.of("tasks/task", "new\n", "search/one", "last\n")));

    assertThat(seenBy(1, "search/one")).isEqualTo("of the old one\n");
    assertThat(seenBy(2, "search/one")).isEqualTo("last\n");
    assertThat(leases(1)).hasSize(2);
    assertThat(leases(2)).hasSize(3);
    assertThat(rig.history().releases()).hasSize(5);
  }

  @Test
  void aNewcomerThatDiesIsQuarantinedAndTheOldOneWasNotTouched() throws IOException {
    CommitId first = rig.first();
    rig.push(first);
    List<Long> old = rig.living();

    PassResult result =
        rig.push(rig.commit("bin/worker", "#!/bin/sh\necho cannot go on\nexit 3\n"));

    assertThat(result.state()).isEqualTo(NodeState.ROLLED_BACK);
    assertThat(result.reason()).isEqualTo("worker grep exited 3: cannot go on");
    assertThat(rig.living()).isEqualTo(old);
    assertThat(rig.lines("terms")).isEmpty();
    assertThat(rig.released("bin/worker")).isEqualTo(Rig.WORKER);
    assertThat(rig.history().well()).isTrue();
  }

  @Test
  void aNewcomerThatDoesNotGetReadyIsAskedToEnd() throws IOException {
    rig.push(rig.first());
    List<Long> old = rig.living();
    Map<String, String> files = rig.files();
    files.put("tasks/task", "never ready\n");
    CommitId bad =
        rig.source.commit(
            rig.manifest(Map.of("A", "b"), List.of("false"), Duration.ofMillis(300)), files);

    PassResult result = rig.push(bad);

    assertThat(result.state()).isEqualTo(NodeState.ROLLED_BACK);
    rig.await(() -> living() == 1);
    assertThat(rig.living()).isEqualTo(old);
    assertThat(rig.lines("terms")).hasSize(1).doesNotContain(old.getFirst().toString());
  }

  @Test
  void afterTheSwitchTheOldOneIsGivenTheWorkAgain() throws IOException {
    Map<String, String> files = rig.files();
    rig.push(
        rig.source.commit(rig.manifest(Map.of(), WELL_UNTIL_IT_WORKS, Rig.WELL_WITHIN), files));
    List<Long> old = rig.living();
    files.put("tasks/task", "BAD\n");

    PassResult result =
        rig.push(
            rig.source.commit(
                rig.manifest(Map.of(), WELL_UNTIL_IT_WORKS, Duration.ofSeconds(1)), files));

    assertThat(result.state()).isEqualTo(NodeState.ROLLED_BACK);
    rig.await(() -> living() == 1);
    rig.pass();
    assertThat(rig.living()).isEqualTo(old);
    assertThat(phases()).containsExactly(GenerationPhase.CONSUMING);
    assertThat(rig.lines("terms")).hasSize(1).doesNotContain(old.getFirst().toString());
    assertThat(rig.lines("starts")).hasSize(2);
    assertThat(rig.home.resolve("generations/1/current").toRealPath()).isEqualTo(rig.current());
    assertThat(Files.readSymbolicLink(rig.home.resolve("generations/1/current")))
        .isEqualTo(rig.home.toRealPath().resolve("current"));
  }

  @Test
  void aWorkerThatDiesIsStartedWithoutWaitingForWhatDrains() throws IOException {
    rig.push(rig.first());
    Files.createFile(rig.ledger.resolve("linger"));
    rig.push(task("second"));
    long works = Long.parseLong(rig.lines("starts").getLast().split(" ")[0]);
    rig.kill(works);

    PassResult dead = rig.pass();
    rig.clockForward(Duration.ofMillis(1100));
    rig.pass();
    rig.clockForward(Duration.ofSeconds(10));
    PassResult again = rig.pass();

    assertThat(dead.reason()).isEqualTo("worker grep exited 137, again in 1 s");
    assertThat(again.state()).isEqualTo(NodeState.CONVERGED);
    assertThat(phases()).containsExactly(GenerationPhase.CONSUMING, GenerationPhase.DRAINING);
  }

  @Test
  void aNewcomerWaitsWhileTooManyDrain() throws IOException {
    rig.drain = new DrainSpec(1, DrainSpec.WhenFull.WAIT, null);
    rig.push(rig.first());
    Files.createFile(rig.ledger.resolve("linger"));
    rig.push(task("second"));
    CommitId third = task("third");

    PassResult waits = rig.pushInterruptedBy(third, "terms");
    int started = rig.lines("starts").size();
    letFinish();
    rig.await(() -> living() == 1);
    PassResult goesOn = rig.pass();

    assertThat(waits.state()).isEqualTo(NodeState.APPLYING);
    assertThat(waits.reason())
        .isEqualTo("1 generations of grep drain, at most 1 may: waiting until one has ended");
    assertThat(started).isEqualTo(2);
    assertThat(goesOn.state()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.lines("starts").getLast()).endsWith(third.value());
  }

  @Test
  void aDrainThatTakesLongerThanTheManifestFindsNormalIsSaid() throws IOException {
    rig.drain = new DrainSpec(8, DrainSpec.WhenFull.WAIT, Duration.ofHours(12));
    rig.push(rig.first());
    Files.createFile(rig.ledger.resolve("linger"));
    PassResult second = rig.push(task("second"));
    assertThat(second.reason()).doesNotContain("drains");

    rig.clockForward(Duration.ofHours(25));
    PassResult later = rig.pass();

    assertThat(later.state()).isEqualTo(NodeState.CONVERGED);
    assertThat(later.reason())
        .matches("runs .*; grep generation 1 drains since .*Z, longer than alert-after 12h");
  }

  @Test
  void orTheOneThatWorksIsDrainedFirstThisTime() throws IOException {
    rig.drain = new DrainSpec(1, DrainSpec.WhenFull.STOP_START, null);
    rig.push(rig.first());
    Files.createFile(rig.ledger.resolve("linger"));
    rig.push(task("second"));
    long works = Long.parseLong(rig.lines("starts").getLast().split(" ")[0]);

    rig.decisions.decide(task("third"));
    PassResult drains = rig.passInterruptedBy("terms");

    assertThat(drains.reason()).startsWith("draining pid " + works + " since ");
    assertThat(rig.lines("starts")).hasSize(2);
    letFinish();
    rig.await(() -> living() == 0);
    assertThat(rig.pass().state()).isEqualTo(NodeState.CONVERGED);
    assertThat(living()).isEqualTo(1);
    assertThat(rig.lines("terms")).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void twoPushesWithinOneDrainLeaveOneThatWorks() throws IOException {
    rig.push(rig.first());
    Files.createFile(rig.ledger.resolve("linger"));
    rig.push(task("second"));
    rig.push(task("third"));

    assertThat(phases())
        .containsExactly(
            GenerationPhase.CONSUMING, GenerationPhase.DRAINING, GenerationPhase.DRAINING);
    letFinish();
    rig.await(() -> living() == 1);
    assertThat(rig.lines("terms")).hasSize(2).doesNotHaveDuplicates();
  }
}

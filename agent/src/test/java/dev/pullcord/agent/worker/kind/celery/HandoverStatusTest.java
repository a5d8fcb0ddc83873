package dev.pullcord.agent.worker.kind.celery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.fake.FakeCommands;
import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.GenerationEntry;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.host.Private;
import dev.pullcord.agent.host.command.CommandResult;
import dev.pullcord.agent.host.command.Surroundings;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.agent.host.process.Processes;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.base.host.Signal;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.manifest.CelerySpec;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is made of what workers and their programs say, which a test writes. */
class HandoverStatusTest {
  private static final CommitId COMMIT = new CommitId("a".repeat(40));
  private static final WorkerSpec SPEC =
      new WorkerSpec(
          "grep",
          new Work.Celery(
              new CelerySpec("tasks.app", List.of("grep"), List.of("--pool=solo"), null),
              List.of()),
          Map.of(),
          null,
          WorkerSpec.Restart.OVERLAP,
          null,
          null,
          null);

  /** All of them are this very process, which lives. */
  private static final ProcessId SELF = Processes.find(Processes.self()).orElseThrow();

  /** A wait is over at once, and something happens meanwhile. */
  private static final class BusyClock implements HostClock {
    private long nanos;
    private Runnable meanwhile = () -> {};

    @Override
    public Instant now() {
      return Instant.EPOCH.plusNanos(nanos);
    }

    @Override
    public long nanos() {
      return nanos;
    }

    @Override
    public boolean await(Signal signal, long seen, Duration atMost) {
      nanos += atMost.toNanos();
      meanwhile.run();
      return false;
    }

    private Duration passed() {
      return Duration.ofNanos(nanos);
    }
  }

  @TempDir Path temp;
  private final BusyClock clock = new BusyClock();
  private StateDirectory directory;
  private CeleryFiles files;

  @BeforeEach
  void open() {
    directory = StateDirectory.open(temp.resolve("state"));
    files = new CeleryFiles(directory, new Masks());
  }

  @AfterEach
  void close() {
    directory.close();
  }

  private static Generation generation(long number) {
    Generation intended =
        Generation.intended(
            number,
            "grep",
            new Generation.Origin("000001-aaaaaaaaaaaa", COMMIT, "x"),
            "boot",
            Instant.EPOCH,
            false,
            RunnerName.PROCESS);
    return Objects.requireNonNull(
        AgentHistory.EMPTY
            .plus(new GenerationEntry.StartIntent(intended))
            .plus(new GenerationEntry.Started(number, SELF, Instant.EPOCH))
            .generations()
            .get(number));
  }

  private WorkerKind.Charge charge(long number) {
    return new WorkerKind.Charge(
        generation(number),
        SPEC,
        new Surroundings(
            new NodeName("sea-01"),
            "main",
            COMMIT,
            temp,
            temp,
            number,
            Private.NONE,
            null,
            Surroundings.Owner.NODE),
        () -> true);
  }

  /** A generation with an order of that number. */
  private HelperOrder ordered(long generation, long number, boolean consume, String ping)
      throws IOException {
    HelperOrder order = new HelperOrder(number, consume, List.of("grep"), ping, null, false);
    files.create(generation, order);
    return order;
  }

  private void says(
      long generation, long number, String phase, String ping, boolean busy, String... queues) {
    try {
      Files.writeString(
          files.home(generation).resolve("status.json"),
          PullcordJson.write(
              new HelperStatus(
                  SELF,
                  "node",
                  number,
                  new HelperStatus.Broker(phase, 1, List.of(queues), ping, true),
                  new HelperStatus.Held(0, 0, 0, 0, null, true),
                  busy,
                  new HelperStatus.Problems(List.of(), null, false, null),
                  0,
                  List.of())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private StepResult well() throws IOException {
    return new Proving(files, clock, charge(1), () -> false).well();
  }

  @Test
  void aSoloWorkerThatDoesATaskLongerThanTheDeadlineIsWell() throws IOException {
    ordered(1, 2, true, "ready-1");
    says(1, 2, "connected", "ready-1", true, "grep");

    StepResult well = well();

    assertThat(well.outcome()).as(well.reason()).isEqualTo(StepRecord.Outcome.OK);
    assertThat(well.output()).contains("does a task, and answers no ping meanwhile");
  }

  @Test
  void aSoloWorkerThatDoesItsCanaryOrHasNoBrokerIsNotWellForThat() throws IOException {
    ordered(1, 2, true, "ready-1");
    says(1, 1, "connected", "ready-1", true, "pullcord.sea-01.g1");
    assertThat(well().outcome()).isEqualTo(StepRecord.Outcome.ENVIRONMENT_FAULT);

    says(1, 2, "disconnected", "ready-1", true, "grep");
    assertThat(well().outcome()).isEqualTo(StepRecord.Outcome.ENVIRONMENT_FAULT);
  }

  @Test
  void aPingThatWasNotAnsweredYetIsNotReplacedByAnotherOne() throws IOException {
    ordered(1, 2, true, "ready-1");
    says(1, 2, "connected", "ready-1", false, "grep");
    assertThat(well().succeeded()).isFalse();
    HelperOrder asked = files.wanted(1).orElseThrow();

    assertThat(well().succeeded()).isFalse();
    assertThat(files.wanted(1)).contains(asked);

    says(1, asked.number(), "connected", asked.ping(), false, "grep");
    clock.meanwhile =
        () -> {
          try {
            HelperOrder next = files.wanted(1).orElseThrow();
            says(1, next.number(), "connected", next.ping(), false, "grep");
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    assertThat(well().succeeded()).isTrue();
    assertThat(files.wanted(1).orElseThrow().ping()).isNotEqualTo(asked.ping());
  }

  @Test
  void somethingNewerInTheMiddleOfAHandoverLetsNoTwoVersionsTakeTasks() throws IOException {
    ordered(1, 2, true, "ready-1");
    says(1, 2, "connected", "ready-1", false, "grep");
    ordered(2, 1, false, "ready-2");
    says(2, 1, "connected", "ready-2", false, "pullcord.sea-01.g2");
    List<String> happened = new ArrayList<>();
    clock.meanwhile =
        () -> {
          if (clock.passed().toMillis() == 1000) {
            says(1, 3, "connected", "ready-1", false);
            happened.add("the old one has stopped");
          } else if (happened.contains("the link follows")) {
            says(2, 2, "connected", "ready-2", false, "grep");
          }
        };

    StepResult moved =
        new QueueHandover(files, clock, () -> true, () -> false)
            .over(charge(2), List.of(generation(1)), () -> happened.add("the link follows"));

    assertThat(happened).containsExactly("the old one has stopped", "the link follows");
    assertThat(moved.outcome()).as(moved.reason()).isEqualTo(StepRecord.Outcome.OK);
  }

  /** Such a pool looks at its files every 2 s, and does so twice. */
  @Test
  void somethingNewerInTheMiddleOfAHandoverGivesGeventItsFourSecondsToStopAndToBegin()
      throws IOException {
    ordered(1, 2, true, "ready-1");
    says(1, 2, "connected", "ready-1", false, "grep");
    ordered(2, 1, false, "ready-2");
    says(2, 1, "connected", "ready-2", false, "pullcord.sea-01.g2");
    clock.meanwhile =
        () -> {
          if (clock.passed().toMillis() == 4000) {
            says(1, 3, "connected", "ready-1", false);
          } else if (clock.passed().toMillis() == 8000) {
            says(2, 2, "connected", "ready-2", false, "grep");
          }
        };

    StepResult moved =
        new QueueHandover(files, clock, () -> true, () -> false)
            .over(charge(2), List.of(generation(1)), () -> {});

    assertThat(moved.outcome()).as(moved.reason()).isEqualTo(StepRecord.Outcome.OK);
    assertThat(moved.output()).doesNotContain("has not confirmed");
  }

  @Test
  void anAgentThatEndsDoesNotWaitForAWorkerThatDoesNotAnswer() throws IOException {
    ordered(1, 2, true, "ready-1");
    says(1, 2, "connected", "ready-1", false, "grep");
    ordered(2, 1, false, "ready-2");
    says(2, 1, "connected", "ready-2", false, "pullcord.sea-01.g2");

    StepResult moved =
        new QueueHandover(files, clock, () -> true, () -> true)
            .over(charge(2), List.of(generation(1)), () -> {});

    assertThat(moved.outcome()).isEqualTo(StepRecord.Outcome.ABANDONED);
    assertThat(clock.passed()).isLessThan(Duration.ofSeconds(6));
    assertThat(files.wanted(2).orElseThrow().consume()).as("somebody consumes").isTrue();
  }

  @Test
  void anImportThatTakesTooLongIsTriedAgainAndNotTheCommitsFault() {
    FakeCommands commands = new FakeCommands();
    commands.first.add(FakeCommands.exited(0, ""));
    commands.result = FakeCommands.cutShort(CommandResult.End.TIMED_OUT, "");

    StepResult slow =
        new CeleryLaunch(directory, files, commands)
            .preflight(SPEC, charge(1).where(), () -> false);

    assertThat(slow.outcome()).isEqualTo(StepRecord.Outcome.ENVIRONMENT_FAULT);
    assertThat(slow.reason())
        .isEqualTo(
            "worker grep: import of tasks.app took longer than 2m; is the host busy, or does the"
                + " import wait?");
  }

  private Duration holdsFor(DrainWatch watch, HelperOrder order) throws IOException {
    return watch.holdsFor(generation(1), order, Duration.ofMillis(1500));
  }

  @Test
  void aWorkerThatDoesATaskAndReadsNoFileIsLookedAtLessAndLessOften() throws IOException {
    HelperOrder order = ordered(1, 3, false, "ready-1");
    says(1, 2, "connected", "ready-1", true, "grep");
    DrainWatch watch = new DrainWatch(files, clock);

    assertThat(holdsFor(watch, order)).isEqualTo(Duration.ofMillis(100));
    clock.nanos += Duration.ofSeconds(16).toNanos();
    assertThat(holdsFor(watch, order)).isEqualTo(Duration.ofSeconds(2));
    clock.nanos += Duration.ofHours(1).toNanos();
    assertThat(holdsFor(watch, order)).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void aWorkerThatIsJustComingBackToItsBrokerHasNotStopped() throws IOException {
    HelperOrder order = ordered(1, 3, false, "ready-1");
    DrainWatch watch = new DrainWatch(files, clock);
    says(1, 2, "connecting", "ready-1", false);
    holdsFor(watch, order);
    clock.nanos += Duration.ofSeconds(2).toNanos();
    assertThat(holdsFor(watch, order)).isPositive();

    says(1, 2, "disconnected", "ready-1", false);
    holdsFor(watch, order);
    clock.nanos += Duration.ofSeconds(2).toNanos();
    assertThat(holdsFor(watch, order)).as("it reads the order first").isZero();
  }
}

package dev.pullcord.agent.pass.step;

import dev.pullcord.agent.activate.Switch;
import dev.pullcord.agent.activate.TargetLinks;
import dev.pullcord.agent.decision.Interruptions;
import dev.pullcord.agent.envfile.EnvFilePolicy;
import dev.pullcord.agent.envfile.EnvFiles;
import dev.pullcord.agent.fake.FakeClock;
import dev.pullcord.agent.fake.FakeDecisions;
import dev.pullcord.agent.fake.FakeKind;
import dev.pullcord.agent.fake.FakeReports;
import dev.pullcord.agent.fake.FakeRunner;
import dev.pullcord.agent.fake.FakeSource;
import dev.pullcord.agent.fake.Samples;
import dev.pullcord.agent.health.HealthGate;
import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Entry;
import dev.pullcord.agent.history.Release;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.host.command.CommandRunner;
import dev.pullcord.agent.host.command.LocalCommands;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.journal.JournalProbe;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.plan.PassMode;
import dev.pullcord.agent.plan.Step;
import dev.pullcord.agent.retire.Dismissal;
import dev.pullcord.agent.rights.Builds;
import dev.pullcord.agent.rights.Rights;
import dev.pullcord.agent.source.Snapshot;
import dev.pullcord.agent.stage.BuiltCheck;
import dev.pullcord.agent.stage.DriftWatch;
import dev.pullcord.agent.stage.Exporter;
import dev.pullcord.agent.stage.StagedCommands;
import dev.pullcord.agent.stage.Venvs;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.agent.status.StatusBoard;
import dev.pullcord.agent.status.StepLog;
import dev.pullcord.agent.status.Transcripts;
import dev.pullcord.agent.status.WorkerStatuses;
import dev.pullcord.agent.worker.Charges;
import dev.pullcord.agent.worker.Kinds;
import dev.pullcord.agent.worker.Places;
import dev.pullcord.agent.worker.Runner;
import dev.pullcord.agent.worker.Runners;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.agent.worker.WorkerWords;
import dev.pullcord.agent.worker.Workers;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Does single steps with a real journal and real files; workers live in memory. */
final class StepBench implements AutoCloseable {
  final FakeClock clock = new FakeClock();
  final FakeDecisions decisions = new FakeDecisions();
  final FakeReports reports = new FakeReports();
  final FakeSource source = new FakeSource();
  final FakeRunner runner = new FakeRunner();
  final FakeKind kind = new FakeKind();
  final Interruptions interruptions = new Interruptions(decisions);
  final StateDirectory directory;
  final Journal journal;
  final Transcripts transcripts;
  private final StepScope.Means means;
  private final Workers workers;
  private final Charges charges;
  private final WorkerWords words;
  private final CommandRunner commands;
  private final StepOperation.Table operations;

  StepBench(Path temp) throws IOException {
    directory = StateDirectory.open(temp.resolve("state"));
    journal = Journal.open(directory, JournalProbe.NONE);
    transcripts = new Transcripts(directory.passes());
    StatusBoard board =
        new StatusBoard(
            new NodeName("sea-01"),
            decisions,
            reports,
            clock,
            journal.history(),
            new WorkerStatuses.Sight(
                _ -> Optional.empty(), _ -> Optional.empty(), _ -> Optional.empty()));
    StepLog log = new StepLog(clock, transcripts, board, () -> "");
    means = new StepScope.Means(journal, clock, interruptions, board, log);
    Masks masks = new Masks();
    commands = new LocalCommands(directory.tmp(), clock, masks);
    EnvFiles envFiles = new EnvFiles(directory, EnvFilePolicy.NOTHING, masks);
    Places places = new Places(directory, new NodeName("sea-01"), envFiles, journal, Rights.same());
    Map<Class<? extends Work>, WorkerKind> kinds =
        Map.of(
            Work.Process.class,
            kind,
            Work.Celery.class,
            kind,
            Work.Scripted.class,
            kind,
            Work.Unit.class,
            kind);
    Map<RunnerName, Runner> runners =
        Map.of(RunnerName.PROCESS, runner, RunnerName.SYSTEMD, runner);
    charges = new Charges(new Kinds(kinds), places, new Runners(runners, false), journal);
    words = new WorkerWords(charges.runners(), places);
    workers = new Workers(directory, journal, clock, charges, words);
    Builds builds = new Builds(Rights.same(), directory);
    Venvs venvs = new Venvs(directory, commands, builds);
    DriftWatch drift =
        new DriftWatch(directory, journal, clock, new BuiltCheck(directory, venvs), true);
    Dismissal dismissal = new Dismissal(workers, charges, journal, clock);
    operations =
        new StepOperation.Table(
            new StageRelease(new Exporter(directory, source), drift),
            new CheckRelease(
                new PrepareRelease(venvs, new StagedCommands(commands, "prepare"), builds),
                new StagedCommands(commands, "check"),
                workers,
                charges,
                new TargetLinks(directory)),
            new Switch(directory, journal, clock),
            workers,
            new WorkerHealth(new HealthGate(commands, clock, new Masks()), workers, words, charges),
            new EndWait(workers, words, charges, dismissal));
    interruptions.passBegins();
  }

  StepScope scope(@Nullable Goal goal, @Nullable Snapshot snapshot, PassMode mode) {
    return new StepScope(
        means, new StepScope.Aim(decisions.current().orElse(null), goal, snapshot, mode), 1);
  }

  StepScope scope(Goal goal) {
    return scope(goal, null, PassMode.ADVANCE);
  }

  StepResult apply(Step step, StepScope scope) {
    return operations.of(step).apply(scope);
  }

  /** Asks all to end that a plan drains. */
  void askAll(List<Step> steps, StepScope scope) {
    operations.ends().askAll(steps, scope);
  }

  /** A release that is on the disk, and is active if that is wanted. */
  Release release(int commit, boolean active, String... workerIdentities) throws IOException {
    Release release = Samples.release(commit, workerIdentities);
    Files.createDirectories(directory.release(release.name()));
    journal.append(new Entry.Staged(release));
    if (active) {
      apply(
          new Step.Switch(release.name()),
          scope(Samples.goal(commit, release.name(), workerIdentities)));
    }
    return release;
  }

  AgentHistory history() {
    return journal.history();
  }

  /** {@code START grep OK}, of all steps that were written down. */
  List<String> done() {
    return transcripts.last(10).stream()
        .map(step -> step.kind() + " " + step.subject() + " " + step.outcome())
        .toList();
  }

  List<StepRecord> steps() {
    return transcripts.last(10);
  }

  /** What the node says that it is doing. */
  List<String> shown() {
    return reports.made.stream().map(made -> made.status().reason()).distinct().toList();
  }

  @Override
  public void close() throws IOException {
    journal.close();
    directory.close();
  }
}

package dev.pullcord.agent.loop;

import dev.pullcord.agent.action.ActionExecution;
import dev.pullcord.agent.activate.Switch;
import dev.pullcord.agent.activate.TargetLinks;
import dev.pullcord.agent.decision.Interruptions;
import dev.pullcord.agent.envfile.EnvFiles;
import dev.pullcord.agent.health.HealthGate;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.command.CommandRunner;
import dev.pullcord.agent.host.command.LocalCommands;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.journal.PassNumbers;
import dev.pullcord.agent.journal.Recovery;
import dev.pullcord.agent.pass.ConvergePass;
import dev.pullcord.agent.pass.LocalGoals;
import dev.pullcord.agent.pass.PlanRunner;
import dev.pullcord.agent.pass.Retries;
import dev.pullcord.agent.pass.WorkerRound;
import dev.pullcord.agent.pass.step.CheckRelease;
import dev.pullcord.agent.pass.step.EndWait;
import dev.pullcord.agent.pass.step.PrepareRelease;
import dev.pullcord.agent.pass.step.StageRelease;
import dev.pullcord.agent.pass.step.StepOperation;
import dev.pullcord.agent.pass.step.StepScope;
import dev.pullcord.agent.pass.step.WorkerHealth;
import dev.pullcord.agent.retention.ReleaseCollector;
import dev.pullcord.agent.retention.ReleaseHolds;
import dev.pullcord.agent.retention.Tidying;
import dev.pullcord.agent.retire.Dismissal;
import dev.pullcord.agent.retire.Kills;
import dev.pullcord.agent.retire.Retirement;
import dev.pullcord.agent.rights.Builds;
import dev.pullcord.agent.rights.CommandRunners;
import dev.pullcord.agent.rights.Rights;
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
import dev.pullcord.agent.worker.DeathNotes;
import dev.pullcord.agent.worker.FlapGuard;
import dev.pullcord.agent.worker.Kinds;
import dev.pullcord.agent.worker.Observation;
import dev.pullcord.agent.worker.Places;
import dev.pullcord.agent.worker.Runner;
import dev.pullcord.agent.worker.Runners;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.agent.worker.WorkerWatch;
import dev.pullcord.agent.worker.WorkerWords;
import dev.pullcord.agent.worker.Workers;
import dev.pullcord.agent.worker.kind.celery.CeleryKind;
import dev.pullcord.agent.worker.kind.process.ProcessKind;
import dev.pullcord.agent.worker.kind.process.ProcessRunner;
import dev.pullcord.agent.worker.kind.scripted.ScriptKind;
import dev.pullcord.agent.worker.kind.scripted.ScriptRunner;
import dev.pullcord.agent.worker.kind.scripted.Scripts;
import dev.pullcord.agent.worker.kind.unit.UnitKind;
import dev.pullcord.agent.worker.kind.unit.UnitRunner;
import dev.pullcord.agent.worker.systemd.Predecessors;
import dev.pullcord.agent.worker.systemd.SystemdRunner;
import dev.pullcord.agent.worker.systemd.Units;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.report.UnderWay;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Wires the rooms that a pass goes through, one service of each. */
final class CoreAssembly {
  private final PassSetup setup;
  private final Journal journal;
  private final Interruptions interruptions;
  private final StateDirectory directory;
  private final HostClock clock;
  private final SystemdRunner ofUnits;
  private final Rights rights;
  private final CommandRunner commands;
  private final Builds builds;
  private final TargetLinks links;
  private final EnvFiles envFiles;
  private final Venvs venvs;
  private final Charges charges;
  private final WorkerWords words;
  private final Workers workers;
  private final Recovery recovery;
  private final StatusBoard board;
  private final ReleaseHolds holds = new ReleaseHolds();

  /**
   * What the loop turns.
   *
   * @param pass does what was decided
   * @param tidying clears away between passes
   * @param board shows what the node is
   * @param actions runs what operators ask for
   */
  record Core(ConvergePass pass, Tidying tidying, StatusBoard board, ActionExecution actions) {}

  private CoreAssembly(
      PassSetup setup,
      Journal journal,
      Interruptions interruptions,
      Runnable onExit,
      WorkerWorld world) {
    this.setup = setup;
    this.journal = journal;
    this.interruptions = interruptions;
    this.directory = setup.directory();
    this.clock = setup.clock();
    this.ofUnits =
        new SystemdRunner(directory, clock, onExit, setup.services(), setup.policy().users());
    Rights found =
        setup.services().runsUs()
            ? Rights.underSystemd(
                ofUnits::account,
                new CommandRunners(setup.services().commands(), clock, setup.masks()))
            : Rights.same();
    this.rights =
        found.allowingRoot(setup.policy().allowed().asRoot()).with(setup.policy().users());
    this.commands = rights.commands(new LocalCommands(directory.tmp(), clock, setup.masks()));
    this.builds = new Builds(rights, directory);
    this.links = new TargetLinks(directory);
    this.envFiles = new EnvFiles(directory, setup.policy().envFiles(), setup.masks());
    this.venvs = new Venvs(directory, commands, builds);
    this.charges = charges(onExit, world);
    this.words = new WorkerWords(charges.runners(), charges.places());
    this.workers = new Workers(directory, journal, clock, charges, words);
    this.recovery = new Recovery(directory, journal, clock, charges.runners());
    this.board =
        new StatusBoard(
            setup.node(),
            setup.upstream().decisions(),
            setup.upstream().reports(),
            clock,
            journal.history(),
            new WorkerStatuses.Sight(
                g -> charges.ask(g, kind -> kind.tasks(g)),
                g -> charges.drain(g).map(WorkerKind.Drain::text),
                words::shown));
  }

  /**
   * Over a journal that has just been opened: recovers from whatever end the agent before had, and
   * takes its workers over.
   *
   * @param onExit called from another thread when a worker ends
   * @param world how workers come to be
   */
  static Core over(
      Journal journal,
      PassSetup setup,
      Interruptions interruptions,
      Runnable onExit,
      WorkerWorld world)
      throws IOException {
    if (!world.runners().containsKey(RunnerName.PROCESS)) {
      LocalCommands.killLeft(setup.directory().tmp(), setup.directory().releases());
    }
    CoreAssembly parts = new CoreAssembly(setup, journal, interruptions, onExit, world);
    parts.recovery.recover().generations().values().forEach(parts.workers::adopt);
    return parts.core();
  }

  private Charges charges(Runnable onExit, WorkerWorld world) {
    Places places = new Places(directory, setup.node(), envFiles, journal, rights);
    Scripts scripts = new Scripts(places, journal, commands, clock);
    Units units = new Units(directory, clock, setup.services());
    Map<Class<? extends Work>, WorkerKind> kinds = new HashMap<>();
    kinds.put(Work.Process.class, new ProcessKind(commands, clock));
    kinds.put(
        Work.Celery.class,
        new CeleryKind(
            directory,
            commands,
            clock,
            setup.masks(),
            new Predecessors(units),
            interruptions::stopping));
    kinds.put(Work.Scripted.class, new ScriptKind(scripts, clock));
    kinds.put(Work.Unit.class, new UnitKind(units));
    kinds.putAll(world.kinds());
    Map<RunnerName, Runner> runners = new HashMap<>();
    runners.put(RunnerName.PROCESS, new ProcessRunner(directory, clock, onExit, world.forker()));
    runners.put(RunnerName.SYSTEMD, ofUnits);
    runners.put(UnitRunner.NAME, new UnitRunner(units, onExit));
    runners.put(ScriptRunner.NAME, new ScriptRunner(directory, scripts, clock, rights));
    runners.putAll(world.runners());
    return new Charges(
        new Kinds(kinds), places, new Runners(runners, setup.services().runsUs()), journal);
  }

  private Core core() {
    Transcripts transcripts = new Transcripts(directory.passes());
    StepLog log =
        new StepLog(
            clock, transcripts, board, () -> commands.outputSoFar(UnderWay.OUTPUT_LIMIT_BYTES));
    PassNumbers numbers = new PassNumbers(journal, transcripts.highest());
    FlapGuard flaps = new FlapGuard(clock, new DeathNotes(directory.deaths()));
    Retries retries = new Retries(clock, flaps, numbers);
    DriftWatch drift =
        new DriftWatch(
            directory,
            journal,
            clock,
            new BuiltCheck(directory, venvs),
            setup.policy().enforceDrift());
    Dismissal dismissal = new Dismissal(workers, charges, journal, clock);
    Kills kills = new Kills(workers, journal, log, numbers, clock);
    Retirement retirement =
        new Retirement(workers, words, charges, dismissal, kills, interruptions);
    Observation observation =
        new Observation(workers, words, flaps, journal, recovery, clock, retirement::meant);
    StepScope.Means means = new StepScope.Means(journal, clock, interruptions, board, log);
    ConvergePass pass =
        new ConvergePass(
            setup.upstream().source(),
            means,
            new WorkerRound(
                observation, new WorkerWatch(journal, charges, flaps), retirement, retries, clock),
            new LocalGoals(
                envFiles,
                venvs,
                retirement,
                journal,
                setup.policy().noop(),
                new LocalGoals.Owner(rights, setup.policy().allowed()),
                links),
            new PlanRunner(means, operations(drift, dismissal), dismissal, numbers),
            retries,
            drift);
    return new Core(pass, new Tidying(collector(), clock), board, actions());
  }

  private StepOperation.Table operations(DriftWatch drift, Dismissal dismissal) {
    return new StepOperation.Table(
        new StageRelease(new Exporter(directory, setup.upstream().source()), drift),
        new CheckRelease(
            new PrepareRelease(venvs, new StagedCommands(commands, "prepare"), builds),
            new StagedCommands(commands, "check"),
            workers,
            charges,
            links),
        new Switch(directory, journal, clock),
        workers,
        new WorkerHealth(new HealthGate(commands, clock, setup.masks()), workers, words, charges),
        new EndWait(workers, words, charges, dismissal));
  }

  private ReleaseCollector collector() {
    return new ReleaseCollector(
        directory,
        journal,
        setup.policy().keepFor(),
        generation -> charges.ask(generation, kind -> kind.taskTimes(generation)),
        rights,
        holds);
  }

  private ActionExecution actions() {
    PassSetup.Policy policy = setup.policy();
    return new ActionExecution(
        new ActionExecution.Where(journal, setup.upstream().decisions(), setup.upstream().source()),
        commands,
        () -> EnvFiles.aside(directory, policy.envFiles(), setup.masks()),
        charges.places(),
        new ActionExecution.Policy(policy.allowed(), policy.noop()),
        holds);
  }
}

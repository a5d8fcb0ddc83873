package dev.pullcord.agent.pass;

import dev.pullcord.agent.activate.Quarantines;
import dev.pullcord.agent.activate.Switch;
import dev.pullcord.agent.celery.CeleryKind;
import dev.pullcord.agent.envfile.EnvFiles;
import dev.pullcord.agent.health.HealthGate;
import dev.pullcord.agent.host.CommandRunner;
import dev.pullcord.agent.host.Detached;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.journal.Generation;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.journal.Recovery;
import dev.pullcord.agent.journal.RunnerName;
import dev.pullcord.agent.script.ScriptKind;
import dev.pullcord.agent.script.ScriptRunner;
import dev.pullcord.agent.script.Scripts;
import dev.pullcord.agent.stage.BuiltCheck;
import dev.pullcord.agent.stage.Exporter;
import dev.pullcord.agent.stage.ReleaseCollector;
import dev.pullcord.agent.stage.StagedCommands;
import dev.pullcord.agent.stage.Venvs;
import dev.pullcord.agent.status.StatusBoard;
import dev.pullcord.agent.systemd.Predecessors;
import dev.pullcord.agent.systemd.SystemdRunner;
import dev.pullcord.agent.systemd.UnitKind;
import dev.pullcord.agent.systemd.UnitRunner;
import dev.pullcord.agent.systemd.Units;
import dev.pullcord.agent.worker.DeathNotes;
import dev.pullcord.agent.worker.FlapGuard;
import dev.pullcord.agent.worker.Kinds;
import dev.pullcord.agent.worker.Places;
import dev.pullcord.agent.worker.ProcessKind;
import dev.pullcord.agent.worker.ProcessRunner;
import dev.pullcord.agent.worker.Runners;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.agent.worker.Workers;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.report.Tasks;
import java.util.Map;
import java.util.Optional;

/**
 * The services of the rooms that a pass goes through, one of each.
 *
 * @param commands runs commands, one at a time
 * @param journal what was done
 * @param recovery makes the journal agree with the world
 * @param exporter stages
 * @param collector clears away
 * @param venvs makes Python environments
 * @param builds builds
 * @param checks checks
 * @param envFiles what the node gives to workers
 * @param places where workers live
 * @param kinds what each kind of worker knows of itself
 * @param workers starts and ends
 * @param flaps keeps a dying worker from being started too often
 * @param health looks at workers
 * @param link swaps {@code current}
 * @param quarantines what is not tried again
 * @param drift compares the active release with its commit
 */
record Tools(
    CommandRunner commands,
    Journal journal,
    Recovery recovery,
    Exporter exporter,
    ReleaseCollector collector,
    Venvs venvs,
    StagedCommands builds,
    StagedCommands checks,
    EnvFiles envFiles,
    Places places,
    Kinds kinds,
    Workers workers,
    FlapGuard flaps,
    HealthGate health,
    Switch link,
    Quarantines quarantines,
    DriftWatch drift) {

  /** What the node says of itself. */
  StatusBoard board(PassSetup setup) {
    return new StatusBoard(
        setup.node(),
        setup.decisions(),
        setup.reports(),
        setup.clock(),
        journal.history(),
        new StatusBoard.Sight(
            this::tasks, g -> drain(g).map(WorkerKind.Drain::text), workers::shown));
  }

  private Optional<Tasks> tasks(Generation generation) {
    return Kinds.startedAs(generation, journal.history())
        .flatMap(spec -> kinds.of(spec).tasks(generation));
  }

  /** What keeps a generation that is to end from being asked. */
  Optional<WorkerKind.Drain> drain(Generation generation) {
    return Kinds.startedAs(generation, journal.history())
        .flatMap(spec -> kinds.of(spec).drain(generation));
  }

  /** Makes them for an agent; {@code onExit} is called when a worker ends. */
  static Tools of(PassSetup setup, Journal journal, Runnable onExit, Detached.Forker forker) {
    var directory = setup.directory();
    var clock = setup.clock();
    Masks masks = setup.masks();
    EnvFiles envFiles = new EnvFiles(directory, setup.envFiles(), masks);
    Places places = new Places(directory, setup.node(), envFiles, journal);
    CommandRunner runner = new CommandRunner(directory.tmp(), clock, masks);
    Venvs venvs = new Venvs(directory, runner);
    Scripts scripts = new Scripts(places, journal, runner, clock);
    Units units = new Units(directory, clock, setup.services());
    Kinds kinds =
        new Kinds(
            Map.of(
                WorkerSpec.Kind.PROCESS,
                new ProcessKind(runner, clock),
                WorkerSpec.Kind.CELERY,
                new CeleryKind(directory, runner, clock, masks, new Predecessors(units)),
                WorkerSpec.Kind.COMMAND,
                new ScriptKind(scripts, clock),
                WorkerSpec.Kind.SYSTEMD,
                new UnitKind(units)));
    Runners runners =
        new Runners(
            Map.of(
                RunnerName.PROCESS,
                new ProcessRunner(directory, clock, onExit, forker),
                RunnerName.SYSTEMD,
                new SystemdRunner(directory, clock, onExit, setup.services()),
                RunnerName.UNIT,
                new UnitRunner(units, onExit),
                RunnerName.COMMAND,
                new ScriptRunner(directory, scripts, clock)),
            setup.services().runsUs());
    return new Tools(
        runner,
        journal,
        new Recovery(directory, journal, clock, runners),
        new Exporter(directory, setup.source()),
        new ReleaseCollector(
            directory,
            journal,
            setup.keepFor(),
            generation ->
                Kinds.startedAs(generation, journal.history())
                    .flatMap(spec -> kinds.of(spec).taskTimes(generation))),
        venvs,
        new StagedCommands(runner, "prepare"),
        new StagedCommands(runner, "check"),
        envFiles,
        places,
        kinds,
        new Workers(directory, journal, clock, places, kinds, runners),
        new FlapGuard(clock, new DeathNotes(directory.deaths())),
        new HealthGate(runner, clock),
        new Switch(directory, journal, clock),
        new Quarantines(journal, clock),
        new DriftWatch(setup, journal, new BuiltCheck(directory, venvs)));
  }
}

package dev.pullcord.agent.action;

import dev.pullcord.agent.decision.Decision;
import dev.pullcord.agent.decision.DecisionSource;
import dev.pullcord.agent.envfile.EnvFiles;
import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Applied;
import dev.pullcord.agent.history.Release;
import dev.pullcord.agent.history.WorkerDefinition;
import dev.pullcord.agent.host.command.Command;
import dev.pullcord.agent.host.command.CommandResult;
import dev.pullcord.agent.host.command.CommandRunner;
import dev.pullcord.agent.host.command.ProgramFault;
import dev.pullcord.agent.host.command.Programs;
import dev.pullcord.agent.host.command.Surroundings;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.retention.ReleaseHolds;
import dev.pullcord.agent.rights.AllowedWork;
import dev.pullcord.agent.source.Source;
import dev.pullcord.agent.worker.Places;
import dev.pullcord.protocol.action.ActionOrder;
import dev.pullcord.protocol.action.RunState;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.manifest.action.ActionSpec;
import dev.pullcord.protocol.unit.Durations;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs an action in the active release, as whom the commands of a release run, and never something
 * that the manifest of that release does not declare. Where the node has one worker, with that
 * worker's environment.
 */
public final class ActionExecution {
  private final Journal journal;
  private final DecisionSource decisions;
  private final Source source;
  private final CommandRunner commands;
  private final Supplier<EnvFiles> envFiles;
  private final Places places;
  private final Policy policy;
  private final ReleaseHolds holds;

  /**
   * What the node's owner says.
   *
   * @param allowed which actions are run
   * @param noop whether nothing is applied here at all
   */
  public record Policy(AllowedWork allowed, boolean noop) {}

  /**
   * On this node.
   *
   * @param where what actions are found by: the journal, and the decision in force
   * @param commands runs them
   * @param envFiles new ones for each action, for they belong to one thread
   * @param places where releases are
   */
  public ActionExecution(
      Where where,
      CommandRunner commands,
      Supplier<EnvFiles> envFiles,
      Places places,
      Policy policy,
      ReleaseHolds holds) {
    this.journal = where.journal();
    this.decisions = where.decisions();
    this.source = where.source();
    this.commands = commands;
    this.envFiles = envFiles;
    this.places = places;
    this.policy = policy;
    this.holds = holds;
  }

  /** What says which release is active, and what is in it. */
  public record Where(Journal journal, DecisionSource decisions, Source source) {}

  /** What becomes of an order before anything is started. */
  sealed interface Prepared {
    /** It is not run, and nothing was started. */
    record Refused(String reason) implements Prepared {}

    /** It can be run; its release is held until {@link #close}. */
    record Ready(Command command, String release, ReleaseHolds holds)
        implements Prepared, AutoCloseable {
      @Override
      public void close() {
        holds.letGo(release);
      }
    }
  }

  /** Finds what an order asks for, and whether it may be run. */
  Prepared prepare(ActionOrder order) {
    Optional<String> no =
        places.rights().refusal().or(() -> policy.allowed().refuses(order.action()));
    if (policy.noop() || no.isPresent()) {
      return new Prepared.Refused(
          no.orElse("agent.yaml has noop: true, so that nothing of the repository runs here"));
    }
    Release release = journal.history().activeRelease().orElse(null);
    if (release == null) {
      return new Prepared.Refused("no release is active on this node yet");
    }
    holds.hold(release.name());
    Prepared prepared = new Prepared.Refused("");
    try {
      prepared = prepare(order, release);
    } catch (IOException e) {
      prepared =
          new Prepared.Refused(
              "the manifest of %s cannot be read here: %s"
                  .formatted(release.commit().abbreviated(), e.getMessage()));
    } finally {
      if (!(prepared instanceof Prepared.Ready)) {
        holds.letGo(release.name());
      }
    }
    return prepared;
  }

  private Prepared prepare(ActionOrder order, Release release) throws IOException {
    AgentHistory now = journal.history();
    CommitId commit = runs(release, now);
    if (!commit.equals(order.commit())) {
      return new Prepared.Refused(
          "this node runs %s, and the action was asked for of %s; run it again if it is wanted"
              .formatted(commit.abbreviated(), order.commit().abbreviated()));
    }
    if (!release.name().equals(now.active())) {
      return new Prepared.Refused("the release was changed at this moment; run it again");
    }
    ActionSpec action = source.manifest(commit).actions().get(order.action());
    if (action == null) {
      return new Prepared.Refused(
          "the manifest of %s, which this node runs, has no action %s"
              .formatted(commit.abbreviated(), order.action()));
    }
    return switch (action.with(order.parameters())) {
      case ActionSpec.Called.Wrong(String reason) -> new Prepared.Refused(reason);
      case ActionSpec.Called.Command(List<String> argv) -> command(argv, action, release, commit);
    };
  }

  /** A commit that touched no bundle was noted, and has the release of the one before. */
  private static CommitId runs(Release release, AgentHistory history) {
    Applied applied = history.applied();
    return applied != null && applied.release().equals(release.name())
        ? applied.commit()
        : release.commit();
  }

  private Prepared command(List<String> argv, ActionSpec action, Release release, CommitId commit) {
    String ref = decisions.current().map(Decision::ref).orElse("");
    EnvFiles files = envFiles.get();
    Places own =
        new Places(places.directory(), places.node(), files, places.journal(), places.rights());
    Surroundings around = own.staged(release.name(), commit, ref);
    Map<String, String> more = Map.of();
    List<WorkerDefinition> workers = List.copyOf(release.workers().values());
    if (workers.size() == 1) {
      WorkerSpec worker = workers.getFirst().spec();
      Optional<String> problem = files.problem(worker);
      if (problem.isPresent()) {
        return new Prepared.Refused(problem.get());
      }
      around = own.staged(around, worker);
      more = worker.env();
    }
    Map<String, String> environment = around.environment(more);
    Optional<List<String>> run = Programs.resolve(argv, around.release(), environment);
    Optional<ProgramFault> unfit = ProgramFault.of(argv, around.release(), environment);
    if (run.isEmpty() || unfit.isPresent()) {
      return new Prepared.Refused(
          "action " + action.name() + ": " + unfit.map(ProgramFault::text).orElse("no program"));
    }
    return new Prepared.Ready(
        Command.in(around, run.get(), environment, action.timeout()), release.name(), holds);
  }

  /** Runs it to its end, its time limit, or until the agent ends. */
  CommandResult run(
      Prepared.Ready ready, BooleanSupplier cancelled, CommandRunner.Listener output) {
    return commands.follow(ready.command(), cancelled, output);
  }

  /** How it ended, in one word. */
  static RunState state(CommandResult result) {
    if (result.mayHaveRun()) {
      return RunState.UNKNOWN;
    }
    return result.succeeded() ? RunState.DONE : RunState.FAILED;
  }

  /**
   * How it ended, in words; empty when it exited 0.
   *
   * @param cancelledBy who has cancelled it; null while nobody has
   */
  static String reason(CommandResult result, Command command, @Nullable String cancelledBy) {
    return switch (result.end()) {
      case EXITED -> result.succeeded() ? "" : "exited " + result.exitCode();
      case TIMED_OUT -> "took longer than " + Durations.format(command.timeout());
      case TOO_MUCH_OUTPUT -> "wrote more than 64 MiB";
      case CANCELLED ->
          cancelledBy == null
              ? "the agent was stopped, and killed it"
              : cancelledBy + " cancelled the run, and the node killed it";
      case NOT_STARTED -> result.output();
    };
  }
}

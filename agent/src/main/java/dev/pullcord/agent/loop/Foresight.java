package dev.pullcord.agent.loop;

import dev.pullcord.agent.decision.Decision;
import dev.pullcord.agent.decision.DecisionSource;
import dev.pullcord.agent.envfile.EnvFiles;
import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Quarantine;
import dev.pullcord.agent.host.command.CommandRunner;
import dev.pullcord.agent.host.command.LocalCommands;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.plan.Foreseen;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.plan.Outlook;
import dev.pullcord.agent.plan.PassMode;
import dev.pullcord.agent.plan.Plan;
import dev.pullcord.agent.plan.Planner;
import dev.pullcord.agent.plan.Step;
import dev.pullcord.agent.rights.Builds;
import dev.pullcord.agent.rights.Rights;
import dev.pullcord.agent.source.Snapshot;
import dev.pullcord.agent.source.Source;
import dev.pullcord.agent.source.SourceResult;
import dev.pullcord.agent.stage.Venvs;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.PythonSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Answers people what the next pass would do, while the loop goes on: from any thread, by the same
 * goals and the same planner as a pass. Fetches nothing and writes nothing that lasts.
 */
final class Foresight {
  private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{7,40}");

  private final PassSetup setup;
  private final DecisionSource decisions;
  private final Source source;
  private final Journal journal;

  Foresight(PassSetup setup, Journal journal) {
    this.setup = setup;
    this.decisions = setup.upstream().decisions();
    this.source = setup.upstream().source();
    this.journal = journal;
  }

  /**
   * What would be done.
   *
   * @param asked at least seven digits of a commit, or this node's ref; null for its target
   */
  Foreseen of(@Nullable String asked) {
    Decision decision = decisions.current().orElse(null);
    CommitId target = decision == null ? null : decision.commit();
    String ref = decision == null ? "" : decision.ref();
    boolean own = asked == null || asked.equals(ref);
    String digits = own ? (target == null ? "" : target.value()) : String.valueOf(asked);
    if (own && target == null) {
      return new Foreseen.Not(
          decision == null
              ? "nothing was decided for this node yet; name a commit"
              : "nothing was pushed to " + ref + " yet; name a commit");
    }
    if (!DIGITS.matcher(digits).matches()) {
      return new Foreseen.Not(
          Quoted.of(digits)
              + " is neither this node's ref"
              + (ref.isEmpty() ? "" : ", " + ref + ",")
              + " nor a commit of at least 7 digits; the server knows all names: pullcord plan");
    }
    AgentHistory history = journal.history();
    if (digits.length() == 40) {
      Optional<Foreseen> known = known(new CommitId(digits), decision, ref, history);
      if (known.isPresent()) {
        return known.get();
      }
    }
    return switch (source.look(digits).on(labels(decision))) {
      case SourceResult.Obtained(Snapshot snapshot, String text) ->
          known(snapshot.commit(), decision, ref, history)
              .orElseGet(() -> of(snapshot, ref, history));
      case SourceResult.Refused(String reason, String text) ->
          new Foreseen.Not("this node would refuse it\n" + text);
      case SourceResult.Unavailable(String reason, String text) ->
          new Foreseen.Not(
              own ? reason + "; pullcord-agent sync fetches what the node is to run" : reason);
    };
  }

  private static Map<String, String> labels(@Nullable Decision decision) {
    return decision == null ? Map.of() : decision.labels();
  }

  /** What needs no source. */
  private Optional<Foreseen> known(
      CommitId commit, @Nullable Decision decision, String ref, AgentHistory history) {
    Quarantine quarantine = history.quarantine();
    if (quarantine != null
        && quarantine.forbids(commit, decision == null ? 0 : decision.retry(), labels(decision))) {
      return Optional.of(
          new Foreseen.Would(
              Outlook.without(commit, ref, Outlook.Verdict.LEFT_ALONE, quarantine.reason())));
    }
    return Goal.known(history, commit, ref, labels(decision))
        .map(goal -> new Foreseen.Would(outlook(goal, null, history)));
  }

  private Foreseen of(Snapshot snapshot, String ref, AgentHistory history) {
    CommandRunner runner = new LocalCommands(setup.directory().tmp(), setup.clock(), setup.masks());
    Venvs venvs =
        new Venvs(setup.directory(), runner, new Builds(Rights.same(), setup.directory()));
    Optional<String> unknown = venvs.problem(snapshot.manifest().python());
    if (unknown.isPresent()) {
      return new Foreseen.Not(unknown.get());
    }
    Goal goal = Goal.of(snapshot, ref, venvs::key, history);
    return new Foreseen.Would(outlook(goal, snapshot, history));
  }

  private Outlook outlook(Goal asked, @Nullable Snapshot snapshot, AgentHistory history) {
    EnvFiles.Local local =
        EnvFiles.aside(setup.directory(), setup.policy().envFiles(), setup.masks()).local(asked);
    if (local.forbidden() != null) {
      return Outlook.without(asked, Outlook.Verdict.BLOCKED, local.forbidden());
    }
    if (local.problem() != null) {
      return Outlook.without(asked, Outlook.Verdict.BLOCKED, local.problem());
    }
    Orders orders = decisions.current().map(Decision::orders).orElse(Orders.NONE);
    Goal goal = local.goal().ordered(orders);
    Plan plan = Planner.towards(goal, history);
    Outlook outlook = Outlook.of(goal, plan, history);
    if (plan instanceof Plan.Steps(List<Step> steps)
        && setup.policy().noop()
        && PassMode.of(history, goal, steps).isHeldBack(steps)) {
      outlook = outlook.held();
    }
    boolean checks =
        plan instanceof Plan.Steps(List<Step> steps) && steps.contains(new Step.Check());
    return snapshot != null && checks
        ? outlook.with(builds(snapshot.manifest()), commands(snapshot.manifest().check()))
        : outlook;
  }

  private static List<String> builds(Manifest manifest) {
    List<String> builds = new ArrayList<>();
    PythonSpec python = manifest.python();
    if (python != null) {
      builds.add("a venv of " + python.venv());
    }
    builds.addAll(commands(manifest.prepare()));
    return builds;
  }

  private static List<String> commands(List<CommandSpec> commands) {
    return commands.stream().map(command -> String.join(" ", command.run())).toList();
  }
}

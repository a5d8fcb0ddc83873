package dev.pullcord.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Applied;
import dev.pullcord.agent.history.Entry;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.GenerationEntry;
import dev.pullcord.agent.history.Preparation;
import dev.pullcord.agent.history.Release;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.history.WorkerDefinition;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.TreeId;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @Test
  void theFirstDeploymentHasNothingToDrain() {
    assertPlan(
        AgentHistory.EMPTY,
        goal(2, "search1", "grep=x"),
        new Step.Stage(),
        new Step.Check(),
        new Step.Switch(null),
        new Step.Start("grep"),
        new Step.AwaitHealthy("grep"));
  }

  @Test
  void aReleaseThatWasBuiltAndNeverUsedIsNotBuiltAgain() {
    Goal built =
        new Goal(
            commit(2),
            "main",
            trees("search1"),
            workers("grep=x"),
            Preparation.NONE,
            true,
            release(1, 2).name(),
            Map.of(),
            Set.of());
    assertPlan(
        AgentHistory.EMPTY.plus(new Entry.Staged(release(1, 2))),
        built,
        new Step.Check(),
        new Step.Switch(release(1, 2).name()),
        new Step.Start("grep"),
        new Step.AwaitHealthy("grep"));
  }

  @Test
  void nothingIsToBeDoneWhereTheGoalRunsWell() {
    assertThat(Planner.towards(goal(1, "search1", "grep=x"), running("grep=x")))
        .isEqualTo(new Plan.Nothing());
  }

  @Test
  void aCommitThatTouchesNoBundleAndNoWorkerMovesTheVersion() {
    assertThat(Planner.towards(goal(2, "search1", "grep=x"), running("grep=x")))
        .isEqualTo(new Plan.MoveVersion());
  }

  @Test
  void aSearchOnlyCommitLeavesTheWorker() {
    assertPlan(
        running("grep=x"),
        goal(2, "search2", "grep=x"),
        new Step.Stage(),
        new Step.Check(),
        new Step.Switch(null),
        new Step.AwaitHealthy("grep"));
  }

  @Test
  void aChangedIdentityDrainsBeforeTheSwitchAndStartsAfterIt() {
    assertPlan(
        running("grep=x"),
        goal(2, "search1", "grep=y"),
        new Step.Stage(),
        new Step.Check(),
        new Step.Drain(1),
        new Step.Switch(null),
        new Step.Start("grep"),
        new Step.AwaitHealthy("grep"));
  }

  @Test
  void onlyTheWorkerThatChangedIsRestartedAndAllAreLookedAt() {
    assertPlan(
        running("grep=x", "index=i"),
        goal(2, "search1", "grep=y", "index=i"),
        new Step.Stage(),
        new Step.Check(),
        new Step.Switch(null),
        new Step.AwaitHealthy("index"),
        new Step.Drain(1),
        new Step.Start("grep"),
        new Step.AwaitHealthy("grep"));
  }

  @Test
  void whereEveryWorkerHasToEndTheSwitchWaitsForTheFirst() {
    AgentHistory both = running("grep=x", "index=i");
    Goal goal = goal(2, "search1", "grep=y", "index=j");
    assertPlan(
        both,
        goal,
        new Step.Stage(),
        new Step.Check(),
        new Step.Drain(1),
        new Step.Drain(2),
        new Step.Switch(null),
        new Step.Start("grep"),
        new Step.Start("index"),
        new Step.AwaitHealthy("grep"),
        new Step.AwaitHealthy("index"));
    assertPlan(
        both.plus(new GenerationEntry.TermSent(1, NOON))
            .plus(new GenerationEntry.TermSent(2, NOON))
            .plus(new GenerationEntry.Exited(2, NOON)),
        goal,
        new Step.Stage(),
        new Step.Check(),
        new Step.Switch(null),
        new Step.Start("index"),
        new Step.AwaitHealthy("index"),
        new Step.Drain(1),
        new Step.Start("grep"),
        new Step.AwaitHealthy("grep"));
  }

  @Test
  void aDeadWorkerDoesNotWaitUntilAnotherHasDrained() {
    assertPlan(
        running("grep=x", "index=i")
            .plus(new GenerationEntry.TermSent(1, NOON))
            .plus(new GenerationEntry.Exited(2, NOON)),
        goal(1, "search1", "grep=x", "index=i"),
        new Step.Start("index"),
        new Step.AwaitHealthy("index"),
        new Step.Drain(1),
        new Step.Start("grep"),
        new Step.AwaitHealthy("grep"));
  }

  @Test
  void aWorkerThatIsGoneFromTheManifestIsDrained() {
    assertPlan(
        running("grep=x", "index=i"),
        goal(2, "search1", "grep=x"),
        new Step.Stage(),
        new Step.Check(),
        new Step.Switch(null),
        new Step.AwaitHealthy("grep"),
        new Step.Drain(2));
  }

  @Test
  void aDeadWorkerIsStartedInTheReleaseThatIsActive() {
    AgentHistory dead = running("grep=x", "index=i").plus(new GenerationEntry.Exited(1, NOON));
    assertPlan(
        dead,
        goal(1, "search1", "grep=x", "index=i"),
        new Step.Start("grep"),
        new Step.AwaitHealthy("grep"),
        new Step.AwaitHealthy("index"));
  }

  @Test
  void aWorkerWithAnotherIdentityThatSurvivedIsReplaced() {
    AgentHistory foreign =
        running("grep=x").plus(new GenerationEntry.Exited(1, NOON)).plus(start(2, "grep", "other"));
    assertPlan(
        foreign.plus(new GenerationEntry.Started(2, new ProcessId(52, 7), NOON)),
        goal(1, "search1", "grep=x"),
        new Step.Drain(2),
        new Step.Start("grep"),
        new Step.AwaitHealthy("grep"));
  }

  @Test
  void ofTwoThatAreWantedTheNewerStays() {
    AgentHistory twice =
        running("grep=x")
            .plus(start(2, "grep", "x"))
            .plus(new GenerationEntry.Started(2, new ProcessId(52, 7), NOON));
    assertPlan(
        twice, goal(1, "search1", "grep=x"), new Step.Drain(1), new Step.AwaitHealthy("grep"));
  }

  @Test
  void aGenerationThatWasAskedToEndIsWaitedForAndReplaced() {
    AgentHistory draining = running("grep=x").plus(new GenerationEntry.TermSent(1, NOON));
    assertPlan(
        draining,
        goal(1, "search1", "grep=x"),
        new Step.Drain(1),
        new Step.Start("grep"),
        new Step.AwaitHealthy("grep"));
  }

  @Test
  void healthThatWasNotSeenAfterASwitchIsWaitedFor() {
    AgentHistory switched =
        running("grep=x")
            .plus(new Entry.Staged(release(2, 2, "search2", "grep=x")))
            .plus(new Entry.SwitchIntent(release(2, 2).name()))
            .plus(new Entry.Switched(release(2, 2).name(), NOON));
    assertPlan(
        switched,
        Goal.of(release(2, 2, "search2", "grep=x"), "main"),
        new Step.AwaitHealthy("grep"));
  }

  @Test
  void goingBackUsesTheReleaseThatIsThere() {
    AgentHistory bad =
        running("grep=x")
            .plus(new Entry.Staged(release(2, 2, "search1", "grep=y")))
            .plus(new GenerationEntry.Exited(1, NOON))
            .plus(new Entry.Switched(release(2, 2).name(), NOON))
            .plus(start(2, "grep", "y"))
            .plus(new GenerationEntry.Started(2, new ProcessId(52, 7), NOON));
    assertPlan(
        bad,
        Goal.applied(bad).orElseThrow(),
        new Step.Drain(2),
        new Step.Switch(release(1, 1).name()),
        new Step.Start("grep"),
        new Step.AwaitHealthy("grep"));
  }

  @Test
  void goingBackToNothingTakesEverythingAway() {
    AgentHistory first =
        AgentHistory.EMPTY
            .plus(new Entry.Staged(release(1, 1)))
            .plus(new Entry.Switched(release(1, 1).name(), NOON))
            .plus(start(1, "grep", "x"))
            .plus(new GenerationEntry.Started(1, new ProcessId(51, 7), NOON));
    assertThat(Planner.towardsNothing(first))
        .isEqualTo(new Plan.Steps(List.of(new Step.Drain(1), new Step.Clear())));
    assertThat(Planner.towardsNothing(AgentHistory.EMPTY)).isEqualTo(new Plan.Nothing());
  }

  private static void assertPlan(AgentHistory history, Goal goal, Step... steps) {
    assertThat(Planner.towards(goal, history)).isEqualTo(new Plan.Steps(List.of(steps)));
  }

  /** Release 1 of commit 1 is active and well, with one generation per worker, from 1 on. */
  private static AgentHistory running(String... workers) {
    Release release = release(1, 1, "search1", workers);
    AgentHistory history =
        AgentHistory.EMPTY
            .plus(new Entry.Staged(release))
            .plus(new Entry.Switched(release.name(), NOON));
    long number = 0;
    for (String worker : workers) {
      String[] parts = worker.split("=");
      history =
          history
              .plus(start(++number, parts[0], parts[1]))
              .plus(new GenerationEntry.Started(number, new ProcessId(50 + number, 7), NOON));
    }
    return history.plus(
        new Entry.Healthy(
            new Applied(release.name(), commit(1), "main", workers(workers), Map.of()), false));
  }

  private static Entry start(long number, String worker, String identity) {
    return new GenerationEntry.StartIntent(
        Generation.intended(
            number,
            worker,
            new Generation.Origin(release(1, 1).name(), commit(1), identity),
            "boot",
            NOON,
            false,
            RunnerName.PROCESS));
  }

  private static Goal goal(int commit, String search, String... workers) {
    return new Goal(
        commit(commit),
        "main",
        trees(search),
        workers(workers),
        Preparation.NONE,
        true,
        null,
        Map.of(),
        Set.of());
  }

  private static Release release(int sequence, int commit) {
    return release(sequence, commit, "search1", "grep=x");
  }

  private static Release release(int sequence, int commit, String search, String... workers) {
    return Release.staged(
        sequence,
        new Release.Content(commit(commit), "main", trees(search)),
        workers(workers),
        Preparation.NONE,
        Map.of(),
        NOON);
  }

  private static Map<String, TreeId> trees(String search) {
    return Map.of("search", new TreeId("%040x".formatted(search.hashCode())));
  }

  private static Map<String, WorkerDefinition> workers(String... workers) {
    Map<String, WorkerDefinition> definitions = new LinkedHashMap<>();
    for (String worker : workers) {
      String[] parts = worker.split("=");
      definitions.put(parts[0], new WorkerDefinition(spec(parts[0]), parts[1]));
    }
    return definitions;
  }

  private static WorkerSpec spec(String name) {
    return new WorkerSpec(
        name,
        new Work.Process(List.of("bin/worker")),
        Map.of(),
        null,
        WorkerSpec.Restart.STOP_START,
        null,
        null,
        null);
  }

  private static CommitId commit(int n) {
    return new CommitId("%040x".formatted(n));
  }
}

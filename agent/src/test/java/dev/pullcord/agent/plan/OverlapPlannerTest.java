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
import dev.pullcord.protocol.manifest.DrainSpec;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One worker, grep, with {@code restart: overlap}; release n asks for identity n. */
class OverlapPlannerTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Step.AwaitHealthy WELL = new Step.AwaitHealthy("grep");
  private static final Step.AwaitReady READY = new Step.AwaitReady("grep");
  private static final Step.TakeOver TAKE_OVER = new Step.TakeOver("grep");

  /** Release 1 is active and generation 1 works. */
  private static final AgentHistory RUNNING =
      AgentHistory.EMPTY
          .plus(new Entry.Staged(release(1)))
          .plus(new Entry.Switched(name(1), NOON))
          .plus(intent(1, false))
          .plus(started(1))
          .plus(
              new Entry.Healthy(
                  new Applied(name(1), commit(1), "main", workers(1), Map.of()), false));

  /** Release 2 is staged, and generation 2 stands beside. */
  private static final AgentHistory BESIDE =
      RUNNING.plus(new Entry.Staged(release(2))).plus(intent(2, true)).plus(started(2));

  private static final AgentHistory SWITCHED =
      BESIDE
          .plus(new GenerationEntry.Ready(2, NOON, null))
          .plus(new Entry.SwitchIntent(name(2)))
          .plus(new Entry.Switched(name(2), NOON));

  private static final AgentHistory TAKEN_OVER =
      SWITCHED
          .plus(new GenerationEntry.TakeOverIntent(2, NOON))
          .plus(new GenerationEntry.TakenOver(2, NOON));

  @Test
  void theNewcomerIsProvenBeforeTheSwitchAndNothingIsDrained() {
    assertPlan(
        RUNNING,
        goal(2, null),
        new Step.Stage(),
        new Step.Check(),
        new Step.StartBeside("grep", null),
        READY,
        new Step.Switch(null),
        TAKE_OVER,
        WELL);
  }

  @Test
  void inAnEmptyPlaceItIsStartedAfterTheSwitchAlsoBesideOneThatDrains() {
    for (AgentHistory empty :
        List.of(
            RUNNING.plus(new GenerationEntry.Exited(1, NOON)),
            RUNNING.plus(new GenerationEntry.TermSent(1, NOON)))) {
      assertPlan(
          empty,
          goal(2, null),
          new Step.Stage(),
          new Step.Check(),
          new Step.Switch(null),
          new Step.Start("grep"),
          WELL);
    }
  }

  @Test
  void aNewcomerIsProvenAgainUnlessItsProofIsKnown() {
    Goal goal = goal(2, name(2));
    Step[] after = {new Step.Switch(name(2)), TAKE_OVER, WELL};
    assertPlan(BESIDE, goal, new Step.Check(), READY, after[0], after[1], after[2]);
    assertPlan(
        BESIDE.plus(new GenerationEntry.Ready(2, NOON, null)),
        goal,
        new Step.Check(),
        after[0],
        after[1],
        after[2]);
  }

  @Test
  void aTakeOverThatWasCutShortIsDoneAgain() {
    assertPlan(SWITCHED, goal(2, name(2)), TAKE_OVER, WELL);
    assertPlan(
        SWITCHED.plus(new GenerationEntry.TakeOverIntent(2, NOON)),
        goal(2, name(2)),
        TAKE_OVER,
        WELL);
    assertPlan(TAKEN_OVER, goal(2, name(2)), WELL);
  }

  @Test
  void goingBackBeforeTheSwitchHasNothingToDoAndTheNewcomerIsNotWanted() {
    Goal back = Goal.applied(BESIDE).orElseThrow();
    assertThat(Planner.towards(back, BESIDE)).isEqualTo(new Plan.Nothing());
    assertThat(Planner.unwanted(back, BESIDE)).extracting(Generation::number).containsExactly(2L);
    assertThat(Planner.unwanted(goal(2, name(2)), BESIDE)).isEmpty();
  }

  @Test
  void goingBackAfterTheSwitchGivesTheOldOneItsWorkAgain() {
    assertPlan(
        TAKEN_OVER,
        Goal.applied(TAKEN_OVER).orElseThrow(),
        new Step.Switch(name(1)),
        TAKE_OVER,
        WELL);
  }

  @Test
  void goingBackAfterItsSigtermStartsAnotherOneBeside() {
    AgentHistory asked = TAKEN_OVER.plus(new GenerationEntry.TermSent(1, NOON));
    assertPlan(
        asked,
        Goal.applied(asked).orElseThrow(),
        new Step.StartBeside("grep", name(1)),
        READY,
        new Step.Switch(name(1)),
        TAKE_OVER,
        WELL);
  }

  @Test
  void whatStandsByIsAskedToEndOnce() {
    AgentHistory well = TAKEN_OVER.plus(new Entry.Healthy(applied(2), false));
    assertThat(Planner.towards(goal(2, name(2)), well)).isEqualTo(new Plan.Nothing());
    assertThat(retiring(well)).containsExactly(1L);
    AgentHistory intended = well.plus(new GenerationEntry.TermIntent(1, NOON));
    assertThat(retiring(intended)).containsExactly(1L);
    assertThat(retiring(intended.plus(new GenerationEntry.TermSent(1, NOON)))).isEmpty();
    assertThat(retiring(RUNNING)).isEmpty();
  }

  @Test
  void aWorkerThatTheManifestNoLongerHasIsNotWaitedFor() {
    Goal none =
        new Goal(
            commit(3),
            "main",
            trees(3),
            Map.of(),
            Preparation.NONE,
            false,
            null,
            Map.of(),
            Set.of());
    assertPlan(RUNNING, none, new Step.Stage(), new Step.Switch(null));
    Release without =
        Release.staged(
            3,
            new Release.Content(commit(3), "main", trees(3)),
            Map.of(),
            Preparation.NONE,
            Map.of(),
            NOON);
    AgentHistory gone =
        RUNNING.plus(new Entry.Staged(without)).plus(new Entry.Switched(name(3), NOON));
    assertThat(retiring(gone)).containsExactly(1L);
  }

  @Test
  void whenTooManyDrainTheNewcomerWaitsOrTheOrderIsStopStart() {
    AgentHistory full = TAKEN_OVER.plus(new GenerationEntry.TermSent(1, NOON));
    assertPlan(
        full,
        goal(3, null, new DrainSpec(1, DrainSpec.WhenFull.WAIT, null)),
        new Step.Stage(),
        new Step.Check(),
        new Step.AwaitRoom("grep", 1),
        new Step.StartBeside("grep", null),
        READY,
        new Step.Switch(null),
        TAKE_OVER,
        WELL);
    assertPlan(
        full,
        goal(3, null, new DrainSpec(1, DrainSpec.WhenFull.STOP_START, null)),
        new Step.Stage(),
        new Step.Check(),
        new Step.Drain(2),
        new Step.Switch(null),
        new Step.Start("grep"),
        WELL);
  }

  @Test
  void leasesGrowWhileTheLinkFollowsAndEndWithTheSwitchToOther() {
    assertThat(generation(SWITCHED, 1).leases()).containsExactly(name(1));
    assertThat(generation(SWITCHED, 1).follows()).isFalse();
    assertThat(generation(SWITCHED, 2).follows()).isFalse();
    assertThat(generation(TAKEN_OVER, 2).follows()).isTrue();
    AgentHistory back =
        TAKEN_OVER
            .plus(new Entry.SwitchIntent(name(1)))
            .plus(new Entry.Switched(name(1), NOON))
            .plus(new GenerationEntry.TakeOverIntent(1, NOON))
            .plus(new GenerationEntry.TakenOver(1, NOON));
    assertThat(generation(back, 1).follows()).isTrue();
    assertThat(generation(back, 2).follows()).isFalse();
    assertThat(generation(back, 2).phase()).isEqualTo(Generation.Phase.SUPERSEDED);
  }

  private static Generation generation(AgentHistory history, long number) {
    return Objects.requireNonNull(history.generations().get(number));
  }

  private static void assertPlan(AgentHistory history, Goal goal, Step... steps) {
    assertThat(Planner.towards(goal, history)).isEqualTo(new Plan.Steps(List.of(steps)));
  }

  private static List<Long> retiring(AgentHistory history) {
    return Planner.retiring(history, Set.of()).stream().map(Generation::number).toList();
  }

  private static Goal goal(int n, @Nullable String release) {
    return goal(n, release, DrainSpec.DEFAULT);
  }

  private static Goal goal(int n, @Nullable String release, DrainSpec drain) {
    return new Goal(
        commit(n),
        "main",
        trees(n),
        workers(n, drain),
        Preparation.NONE,
        true,
        release,
        Map.of(),
        Set.of());
  }

  private static Applied applied(int n) {
    return new Applied(name(n), commit(n), "main", workers(n), Map.of());
  }

  private static Release release(int n) {
    return Release.staged(
        n,
        new Release.Content(commit(n), "main", trees(n)),
        workers(n),
        Preparation.NONE,
        Map.of(),
        NOON);
  }

  private static String name(int n) {
    return Release.name(n, commit(n));
  }

  private static Entry intent(int n, boolean beside) {
    return new GenerationEntry.StartIntent(
        Generation.intended(
            n,
            "grep",
            new Generation.Origin(name(n), commit(n), Integer.toString(n)),
            "boot",
            NOON,
            beside,
            RunnerName.PROCESS));
  }

  private static Entry started(int n) {
    return new GenerationEntry.Started(n, new ProcessId(50 + n, 7), NOON);
  }

  private static Map<String, WorkerDefinition> workers(int n) {
    return workers(n, DrainSpec.DEFAULT);
  }

  private static Map<String, WorkerDefinition> workers(int n, DrainSpec drain) {
    WorkerSpec spec =
        new WorkerSpec(
            "grep",
            new Work.Process(List.of("bin/worker")),
            Map.of(),
            null,
            WorkerSpec.Restart.OVERLAP,
            null,
            drain,
            null);
    return Map.of("grep", new WorkerDefinition(spec, Integer.toString(n)));
  }

  private static Map<String, TreeId> trees(int n) {
    return Map.of("tasks", new TreeId("%040x".formatted(n)));
  }

  private static CommitId commit(int n) {
    return new CommitId("%040x".formatted(n));
  }
}

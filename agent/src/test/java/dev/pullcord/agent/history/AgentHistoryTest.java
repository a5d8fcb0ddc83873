package dev.pullcord.agent.history;

import static dev.pullcord.agent.fake.Samples.commit;
import static dev.pullcord.agent.fake.Samples.intended;
import static dev.pullcord.agent.fake.Samples.release;
import static dev.pullcord.agent.fake.Samples.workers;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class AgentHistoryTest {
  private static final Instant NOW = Instant.EPOCH;

  /** Release 1 ran well, and generation 1 works in it. */
  private static final AgentHistory WORKS =
      after(
          AgentHistory.EMPTY,
          new Entry.Staged(release(1, "grep=1")),
          new Entry.Switched(name(1), NOW),
          new GenerationEntry.StartIntent(intended(1, 1, "1", false)),
          new GenerationEntry.Started(1, null, NOW),
          new Entry.Healthy(
              new Applied(name(1), commit(1), "main", workers("grep=1"), Map.of()), false));

  private static final AgentHistory BESIDE =
      after(
          WORKS,
          new Entry.Staged(release(2, "grep=2")),
          new GenerationEntry.StartIntent(intended(2, 2, "2", true)));

  private static final WorkerDefinition FIRST = definition("1");
  private static final WorkerDefinition SECOND = definition("2");

  @Test
  void theNodeGoesBackToWhatLastRanWell() {
    assertThat(AgentHistory.EMPTY.appliedRelease()).isEmpty();
    assertThat(WORKS.appliedRelease()).map(Release::name).contains(name(1));

    AgentHistory switched =
        after(WORKS, new Entry.Staged(release(2, "grep=2")), new Entry.Switched(name(2), NOW));
    assertThat(switched.activeRelease()).map(Release::name).contains(name(2));
    assertThat(switched.appliedRelease()).map(Release::name).contains(name(1));
    assertThat(switched.plus(new Entry.Collected(name(1))).appliedRelease()).isEmpty();
  }

  @Test
  void theNewestReleaseOfACommitIsFoundAlsoAfterCurrentLedElsewhere() {
    AgentHistory staged = WORKS.plus(new Entry.Staged(release(2, "grep=2")));
    AgentHistory switched = staged.plus(new Entry.Switched(name(2), NOW));

    assertThat(switched.newest(r -> r.commit().equals(commit(1))))
        .map(Release::name)
        .contains(name(1));
    assertThat(switched.newest(_ -> true)).map(Release::name).contains(name(2));
    assertThat(switched.newest(r -> r.commit().equals(commit(3)))).isEmpty();
  }

  @Test
  void theGenerationWithTheWorkIsTheConsumingOne() {
    AgentHistory taking = BESIDE.plus(new GenerationEntry.TakeOverIntent(2, NOW));

    assertThat(BESIDE.generationsOf("grep")).extracting(Generation::number).containsExactly(2L, 1L);
    assertThat(BESIDE.generationsOf("other")).isEmpty();
    assertThat(BESIDE.consuming("grep")).map(Generation::number).contains(1L);
    assertThat(taking.consuming("grep")).map(Generation::number).contains(2L);
  }

  @Test
  void aGenerationThatMayNotHaveStartedConsumesNothing() {
    AgentHistory begun =
        AgentHistory.EMPTY.plus(new GenerationEntry.StartIntent(intended(1, 1, "1", false)));

    assertThat(begun.consuming("grep")).isEmpty();
  }

  @Test
  void theNewestGenerationThatIsWantedAndWasNotAskedToEndIsKept() {
    assertThat(BESIDE.kept("grep", FIRST)).map(Generation::number).contains(1L);
    assertThat(BESIDE.kept("grep", SECOND)).map(Generation::number).contains(2L);
    assertThat(BESIDE.kept("grep", SECOND.restartedBy(4))).isEmpty();
    assertThat(BESIDE.plus(new GenerationEntry.TermIntent(2, NOW)).kept("grep", SECOND)).isEmpty();
    assertThat(
            BESIDE
                .plus(new GenerationEntry.StartIntent(intended(3, 1, "1", true)))
                .kept("grep", FIRST))
        .map(Generation::number)
        .contains(3L);
  }

  private static WorkerDefinition definition(String identity) {
    return Objects.requireNonNull(workers("grep=" + identity).get("grep"));
  }

  private static AgentHistory after(AgentHistory history, Entry... entries) {
    for (Entry entry : entries) {
      history = history.plus(entry);
    }
    return history;
  }

  private static String name(int n) {
    return Release.name(n, commit(n));
  }
}

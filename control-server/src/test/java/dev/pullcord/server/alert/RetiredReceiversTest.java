package dev.pullcord.server.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.store.OutboxTable.OutboxMessage;
import dev.pullcord.server.store.OutboxTable.State;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A receiver is taken out of {@code server.yaml} while it waits for the end of a story. */
class RetiredReceiversTest {
  @TempDir Path directory;

  private AlertRig withAnOpenStory() {
    AlertRig rig = new AlertRig(directory, AlertRig.ALL);
    rig.fleet.join("a");
    rig.fleet.start("a");
    rig.push(1);
    rig.fleet.converge("a");
    rig.passAlive(Duration.ofMinutes(1), "a");
    rig.say("a", NodeState.FAILED, "worker grep exited 1");
    rig.passAlive(Duration.ofMinutes(1), "a");
    assertThat(rig.titles()).hasSize(2).endsWith("a is failed: worker grep exited 1");
    return rig;
  }

  private static void retire(AlertRig rig, String... named) {
    RetiredReceivers.close(rig.fleet.store, Set.of(named), rig.fleet.clock.instant());
  }

  @Test
  void whatItIsNotToldAnyMoreIsShownAndNothingWaitsForIt() {
    try (AlertRig rig = withAnOpenStory()) {
      retire(rig, "others");
      assertThat(rig.titles())
          .hasSize(3)
          .endsWith("ops is told no more; it was not told of the end of 1");
      assertThat(rig.messages().getLast().lines()).containsExactly("node-failed of a");
      assertThat(rig.outbox())
          .extracting(OutboxMessage::trial)
          .allSatisfy(trial -> {
            assertThat(trial.state()).isEqualTo(State.GIVEN_UP);
            assertThat(trial.problem()).isEqualTo("server.yaml names no such receiver any more");
          });
      assertThat(rig.fleet.store.<Map<String, Integer>>read(t -> t.outbox().waiting())).isEmpty();
      retire(rig, "others");
      assertThat(rig.titles()).as("it is said once").hasSize(3);
    }
  }

  @Test
  void whoIsStillNamedKeepsItsStories() {
    try (AlertRig rig = withAnOpenStory()) {
      retire(rig, "ops", "others");
      rig.fleet.converge("a");
      rig.passAlive(Duration.ofMinutes(10), "a");
      assertThat(rig.titles()).hasSize(3);
      assertThat(rig.titles().getLast()).startsWith("a is well again");
      assertThat(rig.outbox()).allMatch(m -> m.trial().state() == State.WAITING);
    }
  }
}

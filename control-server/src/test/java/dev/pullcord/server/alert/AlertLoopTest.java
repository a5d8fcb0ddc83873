package dev.pullcord.server.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.protocol.manifest.node.Window;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.alert.condition.FleetConditions;
import dev.pullcord.server.alert.condition.ServerFacts;
import dev.pullcord.server.alert.receiver.AlertMessage;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoreException;
import dev.pullcord.server.view.FleetViews;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is told of what happens to a fleet, and how often. */
class AlertLoopTest {
  private static final String[] THREE = {"a", "b", "c"};

  @TempDir Path directory;

  private AlertRig converged(AlertRule... rules) {
    AlertRig rig = new AlertRig(directory, rules);
    rig.fleet.join(THREE);
    rig.fleet.start(THREE);
    rig.push(1);
    rig.fleet.converge(THREE);
    rig.passAlive(Duration.ofMinutes(1), THREE);
    return rig;
  }

  /** A database that no reader reaches. */
  private record AwayStore() implements Store {
    private static final StoreException WHY = new StoreException(StoreException.AWAY, "planted");

    @Override
    public <T extends @Nullable Object> CompletableFuture<T> submit(Task<T> task) {
      return CompletableFuture.failedFuture(WHY);
    }

    @Override
    public <T extends @Nullable Object> T read(Task<T> task) {
      throw WHY;
    }

    @Override
    public void close() {}
  }

  @Test
  void aDatabaseThatIsAwayIsNoBugOfTheDeploymentThatIsLookedAt() {
    try (AlertRig rig = converged(AlertRig.ALL)) {
      FleetConditions facts =
          new FleetConditions(
              rig.fleet.model,
              new FleetViews(rig.fleet.model, new AwayStore(), rig.fleet.clock),
              rig.fleet.commits,
              new ServerFacts(
                  Optional::empty,
                  () -> new ServerFacts.DiskState(directory, 1, 1),
                  URI.create("https://pullcord.example/")));
      assertThatThrownBy(facts::look).hasMessage("planted");
    }
  }

  @Test
  void aDeploymentThatConvergedIsTold() {
    try (AlertRig rig = converged(AlertRig.ALL)) {
      assertThat(rig.titles()).hasSize(1);
      assertThat(rig.titles().getFirst()).startsWith("deployment 1 of main converged 3/3 in ");
      assertThat(rig.messages().getFirst().link())
          .isEqualTo("https://pullcord.example/ui/deployments/1");
      rig.restart();
      rig.passAlive(Duration.ofHours(1), THREE);
      assertThat(rig.titles()).hasSize(1);
    }
  }

  @Test
  void aDeploymentThatANewcomerOpensAgainIsNotToldTwice() {
    try (AlertRig rig = converged(AlertRig.ALL)) {
      rig.fleet.join("d");
      rig.passAlive(Duration.ofMinutes(2), THREE);
      rig.fleet.start("d");
      rig.passAlive(Duration.ofMinutes(2), "a", "b", "c", "d");
      rig.fleet.converge("d");
      rig.passAlive(Duration.ofMinutes(2), "a", "b", "c", "d");
      rig.say("a", NodeState.APPLYING, "draining pid 7");
      rig.passAlive(Duration.ofMinutes(2), "a", "b", "c", "d");
      rig.fleet.converge("a");
      rig.passAlive(Duration.ofMinutes(2), "a", "b", "c", "d");
      assertThat(rig.titles()).hasSize(1);
    }
  }

  @Test
  void equalFailuresOfADeploymentAreOneMessageThatNamesThemAndItsEndClosesIt() {
    try (AlertRig rig = converged(AlertRig.ALL)) {
      rig.push(2);
      rig.say("a", NodeState.ROLLED_BACK, "check exited 3");
      rig.say("b", NodeState.ROLLED_BACK, "check exited 3");
      rig.fleet.converge("c");
      rig.passAlive(Duration.ofMinutes(20), THREE);
      assertThat(rig.titles()).hasSize(2);
      assertThat(rig.titles().getLast())
          .isEqualTo(
              "deployment 2 of main is incomplete, 1/3: 2 nodes rolled-back: check exited 3"
                  + " (a, b)");
      assertThat(rig.messages().getLast().next()).startsWith("pullcord why a; then push");
      rig.push(3);
      rig.fleet.converge(THREE);
      rig.passAlive(Duration.ofMinutes(1), THREE);
      assertThat(rig.titles()).hasSize(4);
      assertThat(rig.titles().get(2)).startsWith("deployment 2 of main: incomplete 1/3");
      assertThat(rig.messages().get(2).state()).isEqualTo(AlertMessage.State.ENDED);
      assertThat(rig.titles().getLast()).startsWith("deployment 3 of main converged 3/3");
    }
  }

  @Test
  void aRetryThatMendsADeploymentIsTheLastWordOfIt() {
    try (AlertRig rig = converged(AlertRig.ALL)) {
      rig.push(2);
      rig.fleet.converge("b", "c");
      rig.say("a", NodeState.FAILED, "no disk");
      rig.passAlive(Duration.ofMinutes(1), THREE);
      rig.fleet.operations.nodes().retry(TestFleet.ADA, rig.name("a"));
      rig.passAlive(Duration.ofMinutes(1), THREE);
      rig.fleet.converge("a");
      rig.passAlive(Duration.ofMinutes(10), THREE);
      assertThat(rig.titles()).hasSize(3);
      assertThat(rig.titles().getLast()).startsWith("deployment 2 of main converged 3/3");
    }
  }

  @Test
  void nodesThatFailOnTheirOwnAreOneMessageAndSoIsTheirRecovery() {
    try (AlertRig rig = converged(AlertRig.ALL)) {
      rig.say("a", NodeState.FAILED, "worker grep exited 1, again in 8 s");
      rig.fleet.advance(Duration.ofSeconds(5));
      rig.say("b", NodeState.FAILED, "worker grep exited 1, again in 16 s");
      rig.passAlive(Duration.ofMinutes(30), THREE);
      assertThat(rig.titles()).hasSize(2);
      assertThat(rig.titles().getLast())
          .startsWith("2 nodes failed: worker grep exited 1, again in ");
      assertThat(rig.messages().getLast().lines()).contains("Nodes: a, b");
      rig.fleet.converge("a", "b");
      rig.passAlive(Duration.ofMinutes(10), THREE);
      assertThat(rig.titles()).hasSize(3);
      assertThat(rig.titles().getLast()).isEqualTo("2 nodes are well again: a, b");
    }
  }

  @Test
  void aFailureOfAMomentIsToldToNobodyAndACrashLoopOnce() {
    try (AlertRig rig = converged(AlertRig.ALL)) {
      rig.say("a", NodeState.FAILED, "worker grep exited 1");
      rig.pass(Duration.ofSeconds(6));
      rig.fleet.converge("a");
      rig.passAlive(Duration.ofMinutes(10), THREE);
      assertThat(rig.titles()).hasSize(1);
      for (int i = 0; i < 10; i++) {
        rig.say("a", NodeState.FAILED, "worker grep exited 1");
        rig.passAlive(Duration.ofSeconds(60), THREE);
        rig.fleet.converge("a");
        rig.passAlive(Duration.ofSeconds(60), THREE);
      }
      assertThat(rig.titles()).hasSize(2);
    }
  }

  @Test
  void aNodeThatIsAwayIsToldAfterItsTimeAndARestartOfTheServerIsNoRecovery() {
    try (AlertRig rig = converged(AlertRig.ALL)) {
      rig.passAlive(Duration.ofMinutes(4), "b", "c");
      assertThat(rig.titles()).hasSize(1);
      rig.passAlive(Duration.ofMinutes(4), "b", "c");
      assertThat(rig.titles().getLast()).startsWith("a is offline: no contact since ");
      rig.fleet.heartbeats.flush();
      rig.restart();
      rig.passAlive(Duration.ofMinutes(4), "b", "c");
      assertThat(rig.titles()).hasSize(2);
      rig.fleet.model.seen(rig.fleet.record("a").id());
      rig.passAlive(Duration.ofMinutes(4), THREE);
      assertThat(rig.titles()).hasSize(3);
      assertThat(rig.titles().getLast()).startsWith("a is back: it is converged");
    }
  }

  @Test
  void aClockThatWasAheadAndIsSetBackSwallowsNothing() {
    try (AlertRig rig = converged(AlertRig.ALL)) {
      rig.fleet.clock.jump(Duration.ofDays(3));
      rig.say("a", NodeState.FAILED, "worker grep exited 1");
      rig.passAlive(Duration.ofMinutes(1), THREE);
      rig.fleet.converge("a");
      rig.passAlive(Duration.ofSeconds(20), THREE);
      int before = rig.titles().size();

      rig.fleet.clock.jump(Duration.ofDays(-3));
      rig.passAlive(Duration.ofMinutes(5), THREE);
      assertThat(rig.titles().subList(before, rig.titles().size()))
          .containsExactly("a is well again: it is converged: runs 0000001");
      rig.say("b", NodeState.FAILED, "worker grep exited 1");
      rig.passAlive(Duration.ofMinutes(1), THREE);

      assertThat(rig.titles()).endsWith("b is failed: worker grep exited 1").hasSize(before + 2);
    }
  }

  @Test
  void aPinIsToldBeforeItEndsAndWhenItHasEnded() {
    try (AlertRig rig = converged(AlertRig.rule(null, AlertEvent.PIN_EXPIRING))) {
      rig.fleet.commits.push("try", 9);
      rig.fleet.deployments.reconcile();
      rig.fleet.pin("a", "try", "2h");
      rig.passAlive(Duration.ofMinutes(50), THREE);
      assertThat(rig.titles()).isEmpty();
      rig.passAlive(Duration.ofMinutes(20), THREE);
      assertThat(rig.titles()).hasSize(1);
      assertThat(rig.titles().getFirst()).startsWith("the pin of a to try ends at ");
      rig.passAlive(Duration.ofMinutes(60), THREE);
      rig.fleet.operations.pins().expire();
      rig.passAlive(Duration.ofMinutes(1), THREE);
      assertThat(rig.titles()).hasSize(2);
      assertThat(rig.titles().getLast()).isEqualTo("the pin of a has ended; it follows main");
    }
  }

  @Test
  void inQuietHoursNothingIsToldAndAfterThemWhatIsStillSo() {
    Window night = new Window("daily 00:00-06:00", "UTC");
    try (AlertRig rig = converged(AlertRig.rule(night, AlertEvent.NODE_FAILED))) {
      rig.say("a", NodeState.FAILED, "x");
      rig.say("b", NodeState.FAILED, "y");
      rig.passAlive(Duration.ofHours(1), THREE);
      rig.fleet.converge("b");
      assertThat(rig.titles()).isEmpty();
      rig.passAlive(Duration.ofHours(6), THREE);
      assertThat(rig.titles()).containsExactly("a is failed: x");
    }
  }

  @Test
  void aReceiverThatIsNewHearsNothingOfTheDaysBefore() {
    try (AlertRig rig = converged()) {
      assertThat(rig.titles()).isEmpty();
    }
    try (AlertRig rig = new AlertRig(directory, AlertRig.ALL)) {
      rig.passAlive(Duration.ofMinutes(10), THREE);
      // The rig without rules made the receiver known; whoever is known is told.
      assertThat(rig.titles()).hasSize(1);
    }
  }

  @Test
  void ofAFleetThatFailsNodeByNodeNobodyGetsAMessageForEach() {
    try (AlertRig rig = new AlertRig(directory, AlertRig.rule(null, AlertEvent.NODE_FAILED))) {
      String[] many =
          java.util.stream.IntStream.range(0, 60).mapToObj(i -> "n" + i).toArray(String[]::new);
      rig.fleet.join(many);
      rig.fleet.start(many);
      rig.push(1);
      rig.fleet.converge(many);
      rig.look();
      for (String node : many) {
        rig.say(node, NodeState.FAILED, "worker grep exited 1");
        rig.passAlive(Duration.ofSeconds(10), many);
      }
      rig.passAlive(Duration.ofMinutes(10), many);
      assertThat(rig.messages()).hasSizeLessThanOrEqualTo(4);
      assertThat(rig.messages().stream().mapToInt(m -> m.subjects().size()).sum()).isEqualTo(60);
    }
  }
}

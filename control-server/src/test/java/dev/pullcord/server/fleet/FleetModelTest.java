package dev.pullcord.server.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.Said;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.view.Selector;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FleetModelTest {
  private static final NodeState[] SAYABLE = {
    NodeState.CONVERGED, NodeState.FAILED, NodeState.ROLLED_BACK, NodeState.APPLYING
  };

  @TempDir Path directory;
  private TestFleet fleet;

  @BeforeEach
  void open() {
    fleet = new TestFleet(directory);
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  @Test
  void nodeThatJoinedAMomentAgoIsReachableAndAPushCountsIt() {
    fleet.commits.push("main", 1);
    fleet.deployments.reconcile();
    fleet.join("a");
    assertThat(fleet.state("a")).isEqualTo(NodeState.WAITING);
    assertThat(fleet.view("a").reason()).startsWith("joined a moment ago");
    assertThat(fleet.views.deployment(fleet.deployment("a")).orElseThrow().state())
        .isEqualTo(DeploymentView.State.RUNNING);
    fleet.advance(Duration.ofSeconds(45));
    assertThat(fleet.state("a")).isEqualTo(NodeState.NEVER_SEEN);
  }

  @Test
  void failureHasLastedSinceItBeganHoweverOftenItIsTriedAgain() {
    fleet.commits.push("main", 1);
    fleet.join("a");
    fleet.start("a");
    fleet.deployments.reconcile();
    fleet.report("a", Said.by(fleet, "a").state(NodeState.FAILED, "disk full").next());
    Instant began = fleet.clock.instant();
    for (int i = 0; i < 3; i++) {
      fleet.clock.advance(Duration.ofMinutes(1));
      fleet.report("a", Said.by(fleet, "a").state(NodeState.APPLYING, "stage").next());
      fleet.clock.advance(Duration.ofSeconds(2));
      fleet.report("a", Said.by(fleet, "a").state(NodeState.FAILED, "disk full").next());
      assertThat(fleet.view("a").since()).isEqualTo(began);
    }
    fleet.heartbeats.flush();
    fleet = fleet.restarted();
    assertThat(fleet.view("a").since()).isEqualTo(began);

    fleet.converge("a");
    fleet.report("a", Said.by(fleet, "a").state(NodeState.FAILED, "worker died").next());
    assertThat(fleet.view("a").since()).isEqualTo(fleet.clock.instant());
  }

  @Test
  void nodeIsNeverSeenThenWaitingThenConverged() {
    fleet.join("a");
    fleet.advance(Duration.ofSeconds(45));
    assertThat(fleet.state("a")).isEqualTo(NodeState.NEVER_SEEN);
    assertThat(fleet.view("a").lastSeen()).isNull();

    fleet.start("a");
    assertThat(fleet.state("a")).isEqualTo(NodeState.WAITING);
    assertThat(fleet.view("a").reason()).isEqualTo("nothing was pushed to main yet");
    assertThat(fleet.view("a").agentVersion()).isEqualTo("1.0");

    fleet.commits.push("main", 1);
    fleet.deployments.reconcile();
    fleet.converge("a");
    assertThat(fleet.state("a")).isEqualTo(NodeState.CONVERGED);
    assertThat(fleet.view("a").appliedCommit()).isEqualTo(fleet.view("a").targetCommit());
  }

  @Test
  void stateBeganWhenItChangedAndNotWhenItWasLastSaid() {
    fleet.join("a");
    fleet.start("a");
    fleet.commits.push("main", 1);
    fleet.deployments.reconcile();
    fleet.advance(Duration.ofSeconds(1));
    fleet.converge("a");
    Instant began = fleet.clock.instant();

    fleet.advance(Duration.ofSeconds(10));
    fleet.converge("a");

    assertThat(fleet.view("a").since()).isEqualTo(began);
    assertThat(fleet.view("a").lastSeen()).isEqualTo(began.plusSeconds(10));
  }

  @Test
  void timeAloneMakesANodeOfflineAndTellsListeners() {
    fleet.join("a", "b");
    fleet.start("a", "b");
    List<FleetChange> heard = new ArrayList<>();
    var subscription = fleet.views.subscribe(heard::add);

    fleet.advance(Duration.ofSeconds(30));
    fleet.heartbeats.touch(fleet.record("b").id());
    fleet.advance(Duration.ofSeconds(15));

    assertThat(fleet.state("a")).isEqualTo(NodeState.OFFLINE);
    assertThat(fleet.state("b")).isEqualTo(NodeState.WAITING);
    assertThat(heard)
        .as("lost contact of both, b is back, a is offline")
        .extracting(FleetChange::node)
        .containsExactly(
            new NodeName("a"), new NodeName("b"), new NodeName("b"), new NodeName("a"));

    fleet.heartbeats.touch(fleet.record("a").id());
    assertThat(fleet.state("a")).isEqualTo(NodeState.WAITING);
    assertThat(heard).hasSize(5);

    subscription.close();
    fleet.advance(Duration.ofSeconds(60));
    assertThat(heard).hasSize(5);
  }

  @Test
  void listenerThatFailsKeepsNobodyElseFromHearing() {
    fleet.join("a");
    List<FleetChange> heard = new ArrayList<>();
    fleet.views.subscribe(_ -> {
      throw new IllegalStateException("planted");
    });
    fleet.views.subscribe(heard::add);

    fleet.start("a");

    assertThat(heard).contains(new FleetChange(new NodeName("a")));
  }

  @Test
  void nodesAreListedByNameSelectedAndPaged() {
    fleet.join("c", "a", "b");
    fleet.advance(Duration.ofSeconds(45));
    fleet.start("a");

    assertThat(names(fleet.views.nodes(Selector.ALL, Set.of(), null, 2))).containsExactly("a", "b");
    assertThat(names(fleet.views.nodes(Selector.ALL, Set.of(), new NodeName("b"), 2)))
        .containsExactly("c");
    assertThat(names(fleet.views.nodes(Selector.ALL, Set.of(NodeState.NEVER_SEEN), null, 9)))
        .containsExactly("b", "c");
    assertThat(names(fleet.views.nodes(Selector.parse("role=x"), Set.of(), null, 9))).isEmpty();
  }

  @Test
  void drainingPinnedAndDriftedAreAttributesBesideTheState() {
    fleet.join("a", "b");
    fleet.start("a", "b");
    fleet.commits.push("main", 1);
    fleet.commits.tag("v1", 1);
    fleet.deployments.reconcile();
    fleet.pin("b", "v1", "1h");
    var old = Said.worker(null, GenerationPhase.DRAINING, null);
    var now = fleet.desired("a").commit();
    var working = Said.worker(now, GenerationPhase.CONSUMING, "ab".repeat(32));
    var both =
        new dev.pullcord.protocol.report.WorkerStatus(
            working.identity(),
            working.proof(),
            List.of(working.generations().getFirst(), old.generations().getFirst()));
    String drift = "1 path is not as in the commit: \"a\" is gone";
    fleet.report("a", Said.by(fleet, "a").workers(Map.of("grep", both)).drift(drift).next());

    assertThat(fleet.views.summary().attributes())
        .containsEntry("pinned", 1)
        .containsEntry("draining", 1)
        .containsEntry("drifted", 1)
        .containsEntry("suspended", 0);
    assertThat(fleet.view("a").draining()).isTrue();
    assertThat(fleet.view("a").why()).contains("It has drifted since ").contains(drift);
    assertThat(fleet.state("a")).isEqualTo(NodeState.CONVERGED);
  }

  @Test
  void aWorkerThatNothingProvesMakesItsNodeUnproven() {
    fleet.join("a");
    fleet.start("a");
    fleet.commits.push("main", 1);
    fleet.deployments.reconcile();
    var working =
        Said.worker(fleet.desired("a").commit(), GenerationPhase.CONSUMING, "ab".repeat(32));
    var unproven =
        new dev.pullcord.protocol.report.WorkerStatus(
            working.identity(), "unproven: bin/index status exited 0", working.generations());
    fleet.report("a", Said.by(fleet, "a").workers(Map.of("index", unproven)).next());

    assertThat(fleet.views.summary().attributes()).containsEntry("unproven", 1);
    assertThat(fleet.view("a").why())
        .contains("Worker index: unproven: bin/index status exited 0. ")
        .contains("pullcord-generation")
        .doesNotContain("nothing to do");
  }

  @Test
  void whySaysWhichStateWhySinceWhenAndWhatToDo() {
    fleet.join("a");
    assertThat(fleet.view("a").why()).contains("pullcord-agent run");
    fleet.advance(Duration.ofSeconds(45));
    assertThat(fleet.view("a").why())
        .contains("a has been never-seen since 2026-01-01T00:00:45Z")
        .contains("pullcord-agent run");
    fleet.start("a");
    assertThat(fleet.view("a").why()).contains("git push origin HEAD:main");
    fleet.commits.push("main", 1);
    fleet.deployments.reconcile();
    assertThat(fleet.view("a").why()).contains("pullcord-agent sync");
    fleet.report("a", Said.by(fleet, "a").state(NodeState.FAILED, "check: bad").next());
    assertThat(fleet.view("a").why()).contains("check: bad").contains("pullcord retry a");
    fleet.converge("a");
    fleet.pin("a", "main", "1h");
    assertThat(fleet.view("a").why()).contains("pinned to main by ada").contains("unpin a");
    fleet.advance(Duration.ofSeconds(45));
    assertThat(fleet.view("a").why())
        .contains("offline")
        .contains("pullcord-agent status")
        .contains("node remove a");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void countsAddUpWhateverHappens(long seed) {
    Random random = new Random(seed);
    fleet.commits.push("main", 1);
    fleet.commits.push("feature", 2);
    fleet.deployments.reconcile();
    for (int i = 0; i < 6; i++) {
      fleet.join("n" + i);
    }
    for (int i = 0; i < 120; i++) {
      step(random, i);
      assertThat(sumsUp()).as("seed " + seed + ", step " + i).isTrue();
    }
    Fleet before = fleet.views.summary();
    fleet.heartbeats.flush();
    fleet = fleet.restarted();
    assertThat(fleet.views.summary().refs()).isEqualTo(before.refs());
  }

  private void step(Random random, int i) {
    String name = "n" + random.nextInt(6);
    boolean there = fleet.model.byName(new NodeName(name)).isPresent();
    switch (random.nextInt(9)) {
      case 0 -> {
        fleet.commits.push(random.nextBoolean() ? "main" : "feature", 10 + i);
        fleet.deployments.reconcile();
      }
      case 1 -> fleet.advance(Duration.ofSeconds(random.nextInt(50)));
      case 2 -> {
        if (there) {
          fleet.start(name);
        }
      }
      case 3 -> {
        if (there) {
          fleet.pin(name, random.nextBoolean() ? "feature" : "main", "1m");
        }
      }
      case 4 -> fleet.operations.pins().expire();
      case 5 -> {
        if (there) {
          fleet
              .operations
              .nodes()
              .follow(TestFleet.ADA, new NodeName(name), random.nextBoolean() ? "feature" : "main");
        }
      }
      case 6 -> {
        if (there && random.nextInt(3) == 0) {
          fleet.operations.nodes().remove(TestFleet.ADA, new NodeName(name));
        } else if (!there) {
          fleet.join(name);
        }
      }
      default -> {
        if (there && fleet.record(name).row().agent().epoch() > 0) {
          NodeState says = SAYABLE[random.nextInt(SAYABLE.length)];
          fleet.report(name, Said.by(fleet, name).state(says, "said").next());
        }
      }
    }
    fleet.progress.keep();
  }

  private boolean sumsUp() {
    Fleet fleetNow = fleet.views.summary();
    List<NodeView> nodes = fleet.views.nodes(Selector.ALL, Set.of(), null, 100);
    Map<NodeState, Integer> counted = new EnumMap<>(NodeState.class);
    nodes.forEach(n -> counted.merge(n.state(), 1, Integer::sum));
    int sum = 0;
    for (NodeState state : NodeState.values()) {
      int of = fleetNow.nodes().getOrDefault(state.wireName(), -1);
      assertThat(of).isEqualTo(counted.getOrDefault(state, 0));
      sum += of;
    }
    assertThat(fleetNow.nodes()).containsEntry("total", nodes.size()).hasSize(9);
    for (Fleet.Ref ref : fleetNow.refs()) {
      assertThat(ref.nodes()).isEqualTo(fleet.deployments.members(ref.ref()));
      assertThat(ref.converged()).isLessThanOrEqualTo(ref.nodes());
      if (ref.deployment() != null && ref.nodes() > 0) {
        DeploymentView view = fleet.views.deployment(ref.deployment()).orElseThrow();
        assertThat(view.present()).hasSize(ref.nodes());
        assertThat(view.now().values().stream().mapToInt(n -> n).sum()).isEqualTo(ref.nodes());
        assertThat(view.nodes().values().stream().mapToInt(n -> n).sum())
            .isEqualTo(view.members().size());
        assertThat(view.commit()).isEqualTo(ref.commit());
      }
    }
    return sum == nodes.size();
  }

  private static List<String> names(List<NodeView> nodes) {
    return nodes.stream().map(n -> n.name().value()).toList();
  }
}

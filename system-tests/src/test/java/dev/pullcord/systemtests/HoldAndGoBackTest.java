package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.client.HoldCalls;
import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.fleet.PushResult;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.FreezeView;
import dev.pullcord.protocol.api.RollbackView;
import dev.pullcord.protocol.api.SuspensionView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator freezes, rolls back and suspends; one fleet for all tests of the class. */
class HoldAndGoBackTest {
  @TempDir static Path directory;
  private static LocalFleet fleet;

  @BeforeAll
  static void start() {
    fleet = Fleets.converged(directory.resolve("fleet"), 2);
  }

  @AfterAll
  static void end() {
    fleet.close();
  }

  /** Whatever the test before did, both nodes run this. */
  private static String begin(String version) {
    Map<String, String> files = new HashMap<>(SmallWork.good());
    files.putAll(SmallWork.task(version));
    PushResult pushed = fleet.push(files, "Begin with " + version);
    assertThat(pushed.converged()).as(pushed.output()).isTrue();
    return pushed.commit();
  }

  private static boolean has(LocalAgent agent, String commit) {
    try (Repository mirror =
        new FileRepositoryBuilder()
            .setGitDir(agent.state().resolve("repo.git").toFile())
            .setBare()
            .build()) {
      return mirror.getObjectDatabase().has(ObjectId.fromString(commit));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aFreezeEndsAtItsTimeThoughTheServerIsAway() {
    String before = begin("frozen-1");
    new HoldCalls(fleet.api().client())
        .freeze(new FreezeView.Request(null, null, "40s", "release week", null, null))
        .orThrow();
    PushResult pushed = fleet.push(SmallWork.task("frozen-2"), "In the freeze");
    assertThat(pushed.output()).contains("frozen until ", "release week").contains("held");
    LocalAgent agent = fleet.agent(0);
    Eventually.within(Fleets.RECOVERY)
        .until("the node is held", () -> Fleets.asked(agent), s -> s.state() == NodeState.HELD);
    assertThat(agent.status().reason()).startsWith("held: frozen until ").contains("release week");
    Fleets.oneReleaseAndOneWorker(agent, before);
    // It is brought within a second; what the server takes away before that cannot be run.
    Eventually.within(Fleets.RECOVERY)
        .until("the commit is here", () -> has(agent, pushed.commit()), Boolean::booleanValue);

    fleet.stopServer();
    Eventually.within(Fleets.RECOVERY)
        .until(
            "the node has thawed",
            () -> Fleets.asked(agent),
            s ->
                s.state() == NodeState.CONVERGED
                    && s.appliedCommit() != null
                    && s.appliedCommit().value().equals(pushed.commit()));
    fleet.startServer();
    Fleets.convergedOn(fleet, agent, pushed.commit());
    Fleets.convergedOn(fleet, fleet.agent(1), pushed.commit());
    assertThat(new HoldCalls(fleet.api().client()).freezes().orThrow().freezes()).isEmpty();
  }

  @Test
  void aRollbackInTheMiddleOfARolloutTakesBackWhoHasTheCommit() {
    String good = begin("rollback-1");
    Map<String, String> slow = new HashMap<>(SmallWork.task("rollback-2"));
    slow.put(
        "pullcord.yaml",
        SmallWork.good().get("pullcord.yaml")
            + "rollout: {strategy: canary, canary: {nodes: 1, hold: 10m}}\n");
    fleet.workTree().write(slow);
    String bad = fleet.workTree().commit("Goes to one node first");
    fleet.workTree().push(_ -> {}, "-o", "nowait", "origin", "HEAD:refs/heads/main");
    Fleets.convergedOn(fleet, fleet.agent(0), bad);
    assertThat(fleet.api().node("node-2").state()).isEqualTo(NodeState.WAITING);

    RollbackView made =
        new HoldCalls(fleet.api().client())
            .rollback("main", new RollbackView.Request(null, "tasks are lost", null))
            .orThrow();

    assertThat(made.commit()).hasToString(good);
    Fleets.convergedOn(fleet, fleet.agent(0), good);
    Fleets.convergedOn(fleet, fleet.agent(1), good);
    assertThat(fleet.agent(0).status().reason()).contains("rolled back from", "tasks are lost");
    DeploymentView.Transcript done =
        fleet.api().transcript(Objects.requireNonNull(made.deployment()), "node-1").orElseThrow();
    assertThat(done.steps())
        .filteredOn(step -> step.kind() == StepRecord.Kind.FETCH)
        .extracting(StepRecord::output)
        .as("nothing is brought from the server")
        .allSatisfy(output -> assertThat(output).contains("is already here"));
    assertThat(done.steps())
        .extracting(StepRecord::kind)
        .as("nothing is built")
        .doesNotContain(StepRecord.Kind.STAGE, StepRecord.Kind.PREPARE)
        .contains(StepRecord.Kind.SWITCH);
    List<DeploymentView> deployments = fleet.api().deployments();
    assertThat(deployments.getFirst().rolledBack()).isPresent();
    assertThat(deployments.get(1).state()).isEqualTo(DeploymentView.State.SUPERSEDED);

    PushResult next = fleet.push(SmallWork.good(), "Mended");
    assertThat(next.output()).contains("ends a rollback", "tasks are lost");
  }

  @Test
  void aSuspendedNodeIsNotWaitedForAndDoesNotCount() {
    begin("suspended-1");
    NodeName second = new NodeName("node-2");
    new HoldCalls(fleet.api().client())
        .suspend(second, new SuspensionView.Request("1h", "new disk"))
        .orThrow();
    fleet.agent(1).kill9();
    PushResult pushed = fleet.push(SmallWork.task("suspended-2"), "Without the second");

    assertThat(pushed.summary()).hasValueSatisfying(s -> assertThat(s).startsWith("converged 1/1"));
    assertThat(pushed.output()).contains("1 suspended node");
    assertThat(fleet.api().fleet().nodes()).containsEntry("total", 1).containsEntry("converged", 1);
    fleet.agent(1).start();
    new HoldCalls(fleet.api().client()).resumeNode(second).orThrow();
    Fleets.convergedOn(fleet, fleet.agent(1), pushed.commit());
    assertThat(fleet.api().fleet().nodes()).containsEntry("total", 2);
  }
}

package dev.pullcord.server.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.FreezeView;
import dev.pullcord.protocol.api.WorkerAct;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.FakeCommits;
import dev.pullcord.server.Said;
import dev.pullcord.server.TestFleet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each state says which it is, since when, why, and what a person can do. */
class StateExplanationTest {
  @TempDir Path directory;
  private TestFleet fleet;

  @BeforeEach
  void start() {
    fleet = new TestFleet(directory);
    fleet.commits.push("main", 1);
    fleet.commits.push("try", 9);
    fleet.deployments.reconcile();
    fleet.join("a");
  }

  @AfterEach
  void stop() {
    fleet.close();
  }

  private String why() {
    return why("a");
  }

  private String why(String node) {
    return fleet.views.node(new NodeName(node)).orElseThrow().why();
  }

  private void say(NodeState state, String reason) {
    fleet.start("a");
    fleet.report("a", Said.by(fleet, "a").state(state, reason).next());
  }

  @Test
  void neverSeenSaysHowToStartTheAgentAndHowToForgetTheNode() {
    fleet.advance(Duration.ofMinutes(5));
    assertThat(why())
        .startsWith("a has been never-seen since ")
        .contains("start pullcord-agent, or pullcord-agent run --state DIR where it is no unit")
        .contains("pullcord node remove a");
  }

  @Test
  void waitingForAFirstPushSaysWhereToPush() {
    fleet.joinTo("later", "b");
    fleet.start("b");
    assertThat(why("b")).contains("nothing was pushed to later yet", "git push origin HEAD:later");
  }

  @Test
  void convergedNamesTheProofOfEachWorkerAndAsksForNothing() {
    fleet.start("a");
    fleet.converge("a");
    assertThat(why())
        .startsWith("a has been converged since 2026-01-01T00:00:00Z: ")
        .contains("Worker grep: pid 7 started 2026-01-01T00:00:00Z. ")
        .endsWith("There is nothing to do.");
  }

  @Test
  void failedSaysWhoseFaultItMayBeAndHowToTryAgain() {
    say(NodeState.FAILED, "check failed");
    assertThat(why())
        .contains("a has been failed since", "check failed", "pullcord retry a", "pullcord node a");
  }

  @Test
  void offlineSaysWhatWasSaidLast() {
    fleet.start("a");
    fleet.converge("a");
    fleet.advance(Duration.ofSeconds(46));
    assertThat(why())
        .contains("a has been offline since", "no contact since")
        .contains("What it said last, at 2026-01-01T00:00:00Z: converged, 0000001 active.")
        .contains("Its workers run on.");
  }

  @Test
  void lostContactIsSaidBeforeTheNodeIsOffline() {
    fleet.start("a");
    fleet.converge("a");
    fleet.model.lost(fleet.record("a").id());
    assertThat(why())
        .contains(
            "a has been converged", "Contact with its agent is lost since 2026-01-01T00:00:00Z");
  }

  @Test
  void heldByAStoppedWorkerSaysHowToStartIt() {
    fleet.start("a");
    fleet.converge("a");
    fleet
        .operations
        .workers()
        .order(TestFleet.ADA, new NodeName("a"), "grep", WorkerAct.STOP, "full disk");
    fleet.report("a", Said.by(fleet, "a").state(NodeState.HELD, "worker grep is stopped").next());
    assertThat(why()).contains("pullcord worker start a --worker grep");
  }

  @Test
  void heldByAFreezeNamesTheOrderThatEndsIt() {
    fleet.start("a");
    fleet.converge("a");
    fleet
        .holds
        .freezes()
        .freeze(
            TestFleet.ADA,
            new FreezeView.Request("main", "dc!=sea", "2h", "release week", null, null));
    fleet.commits.push("main", 2);
    fleet.deployments.reconcile();
    assertThat(why())
        .startsWith(
            "a has been held since 2026-01-01T00:00:00Z: frozen until 2026-01-01 02:00 UTC by ada")
        .contains("It keeps what it runs until then.")
        .contains("To end the freeze now: pullcord unfreeze main -l 'dc!=sea'.");
    NodeHold hold = fleet.views.hold(new NodeName("a")).orElseThrow();
    assertThat(hold.kind()).isEqualTo(NodeHold.Kind.FREEZE);
    assertThat(hold.commit()).isEqualTo(FakeCommits.commit(2));
  }

  @Test
  void heldByNoopSaysWhereThatIsSet() {
    say(NodeState.HELD, "noop: true");
    assertThat(why()).contains("once noop is taken out of its agent.yaml");
  }

  @Test
  void heldByAKeyOfAgentYamlSaysWhereThatIsChangedAndNotThatItEndsByItself() {
    say(
        NodeState.HELD,
        "agent.yaml does not allow env-file /x of worker grep; it has no env-files");
    assertThat(why())
        .contains("Change that key in agent.yaml on its host", "pullcord follow", "BRANCH")
        .doesNotContain("by itself");
    for (String who : List.of("runs as root and not as a unit of systemd", "is root and no unit")) {
      say(NodeState.HELD, "this agent " + who + ", so whatever is pushed would run as root");
      assertThat(why()).contains("the reason names on its host").doesNotContain("by itself");
    }
  }

  @Test
  void failedForAKeyOfAgentYamlSaysThatToTryAgainMendsNothing() {
    say(
        NodeState.FAILED,
        "agent.yaml does not allow env-file /x of worker grep; it has no env-files: add the file or"
            + " its directory, and restart the agent, 2 times in 2 min, again in 1 s");
    assertThat(why())
        .contains("A worker cannot do without that file. Change that key in agent.yaml on its host")
        .doesNotContain("pullcord retry");
  }

  @Test
  void heldByAKeyOfAgentYamlWhilePinnedOffersNoOtherBranchBecauseThePinWouldStay() {
    String reason = "agent.yaml does not allow env-file /x of worker grep; it has no env-files";
    say(NodeState.HELD, reason);
    fleet.pin("a", "try", "1h");
    fleet.report("a", Said.by(fleet, "a").state(NodeState.HELD, reason).next());
    assertThat(why())
        .contains("or push a commit that does without it; or end its pin. It is pinned to try")
        .endsWith("pullcord unpin a")
        .doesNotContain("pullcord follow");
  }

  @Test
  void driftIsSaidBesideTheState() {
    fleet.start("a");
    fleet.report("a", Said.by(fleet, "a").drift("x.txt differs").next());
    assertThat(why())
        .contains("It has drifted since 2026-01-01T00:00:00Z: x.txt differs.")
        .doesNotContain("There is nothing to do");
  }

  @Test
  void aPinIsSaidWithItsOwnerItsReasonAndHowToEndIt() {
    fleet.start("a");
    fleet.pin("a", "try", "1h");
    assertThat(why())
        .endsWith(
            " It is pinned to try by ada until 2026-01-01T01:00:00Z (trying it); to end that:"
                + " pullcord unpin a");
  }

  @Test
  void aCommandInTheMiddleHasAFullStopAfterIt() {
    say(NodeState.FAILED, "check failed");
    fleet.pin("a", "main", "2h");
    assertThat(why()).contains("pullcord retry a. It is pinned to main by ada until ");
  }
}

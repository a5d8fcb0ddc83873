package dev.pullcord.server.contact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.protocol.api.HistoryView;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.Requests;
import dev.pullcord.protocol.contact.AgentInstance;
import dev.pullcord.protocol.contact.NodeFacts;
import dev.pullcord.protocol.contact.SeenDecision;
import dev.pullcord.protocol.contact.SenderClock;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.ReportMessages;
import dev.pullcord.server.FakeCommits;
import dev.pullcord.server.Said;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.view.Selector;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeContactsTest {
  @TempDir Path directory;
  private TestFleet fleet;

  @BeforeEach
  void open() {
    fleet = new TestFleet(directory);
    fleet.commits.push("main", 1);
    fleet.deployments.reconcile();
    fleet.join("a");
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  @Test
  void removedNodesAreForgottenInMemoryToo() {
    fleet.join("b");
    fleet.contacts.session(fleet.record("a"), talk("x"));
    fleet.contacts.session(fleet.record("b"), talk("y"));
    assertThat(fleet.contacts.known()).isEqualTo(2);
    fleet.operations.nodes().remove(TestFleet.ADA, new NodeName("a"));
    fleet.contacts.tick();
    assertThat(fleet.contacts.known()).isEqualTo(1);
  }

  private static Talk talk(String start) {
    return talk(start, null);
  }

  private static Talk talk(String start, @Nullable SeenDecision seen) {
    return talk(start, seen, null);
  }

  private static Talk talk(String start, @Nullable SeenDecision seen, @Nullable Instant clock) {
    Map<String, String> headers = new HashMap<>();
    headers.put(
        AgentInstance.HEADER,
        new AgentInstance(start, "host-" + start, "boot-" + start, "m").header());
    if (seen != null) {
      headers.put(SeenDecision.HEADER, seen.header());
    }
    if (clock != null) {
      headers.put(SenderClock.HEADER, SenderClock.header(clock));
    }
    return Talk.of(headers::get, "10.0.0." + start.length());
  }

  private Talk at(Duration ahead) {
    return talk("x", null, fleet.clock.instant().plus(ahead));
  }

  private @Nullable Long clockAhead() {
    return fleet.record("a").contact().clockAhead();
  }

  @Test
  void aClockThatIsADayOffIsKnownUntilItIsPutRight() {
    session(at(Duration.ofHours(-24)));
    assertThat(clockAhead()).isEqualTo(-86_400);

    fleet.advance(Duration.ofSeconds(15));
    heard(at(Duration.ofHours(-24).plusSeconds(9)));
    assertThat(clockAhead()).as("one slow request measures nothing new").isEqualTo(-86_400);

    fleet = fleet.restarted();
    assertThat(clockAhead()).isEqualTo(-86_400);
    heard(at(Duration.ofSeconds(59)));
    assertThat(clockAhead()).isNull();
    heard(at(Duration.ofHours(24)));
    assertThat(clockAhead()).isEqualTo(86_400);
    heard(talk("x"));
    assertThat(clockAhead()).as("an agent that says nothing has not changed").isEqualTo(86_400);
  }

  @ParameterizedTest
  @ValueSource(longs = {-24, 24})
  void aNodeADayOffHasTheHistoryAndTheAgesOfOneThatIsRight(long hours) {
    Duration off = Duration.ofHours(hours);
    session(at(off));
    NodeFacts facts = new NodeFacts("Debian", "Linux", null, 1, 1, fleet.clock.instant().plus(off));
    fleet.contacts.facts(fleet.record("a"), facts);
    List<Instant> ran = new ArrayList<>();
    for (int i = 2; i <= 4; i++) {
      fleet.commits.push("main", i);
      fleet.deployments.reconcile();
      fleet.advance(Duration.ofSeconds(10));
      ran.add(fleet.clock.instant());
      fleet.report("a", Said.by(fleet, "a").at(fleet.clock.instant().plus(off)).next());
    }

    assertThat(fleet.view("a").host())
        .extracting(NodeView.Host::facts)
        .extracting(NodeFacts::startedAt)
        .isEqualTo(ran.getFirst().minusSeconds(10));
    assertThat(fleet.view("a").since()).isEqualTo(ran.getLast());
    assertThat(fleet.view("a").workers().values())
        .allSatisfy(worker ->
            assertThat(worker.generations().getFirst().startedAt()).isEqualTo(ran.getLast()));
    List<HistoryView.Run> runs =
        fleet.views.history(new NodeName("a"), null, 10).orElseThrow().runs();
    assertThat(runs).extracting(HistoryView.Run::from).isEqualTo(ran.reversed());
    assertThat(runs).allSatisfy(run -> assertThat(run.decision()).isNotNull());
  }

  private void session(Talk talk) {
    fleet.intake.session(
        fleet.record("a"), new ReportMessages.SessionRequest("1.0", "boot", 0), talk);
  }

  private void heard(Talk talk) {
    fleet.contacts.heard(fleet.record("a"), talk);
  }

  private void converge() {
    fleet.report("a", Said.by(fleet, "a").next());
  }

  /** Both have spoken in turns. */
  private void twoHosts() {
    session(talk("x"));
    converge();
    fleet.advance(Duration.ofSeconds(15));
    session(talk("yy"));
    fleet.advance(Duration.ofSeconds(5));
    assertSessionOver(talk("x"));
    session(talk("x"));
    assertThat(fleet.state("a")).isEqualTo(NodeState.CONVERGED);
    fleet.advance(Duration.ofSeconds(5));
    heard(talk("yy"));
  }

  private void assertSessionOver(Talk talk) {
    assertThatThrownBy(() -> heard(talk))
        .isInstanceOfSatisfying(Refusal.class, e -> assertThat(e.code()).isEqualTo("SESSION_OVER"));
  }

  @Test
  void whatANodeSaysOfItsHostIsKeptOverARestartAndAnotherSession() {
    session(talk("x"));
    NodeFacts facts = new NodeFacts("Debian 12", "Linux 6.1", "3.11.2", 40, 7, null);
    fleet.contacts.facts(fleet.record("a"), facts);

    fleet = fleet.restarted();
    session(talk("yy"));

    assertThat(fleet.view("a").host())
        .isEqualTo(new NodeView.Host("host-yy", "10.0.0.2", facts, null));
    assertThat(fleet.views.nodes(Selector.ALL, Set.of(), null, 9))
        .extracting(NodeView::host)
        .as("lists stay small")
        .containsOnlyNulls();
  }

  @Test
  void twoHostsWithOneKeyAreAnAlarmEverywhereAndNeverConverged() {
    twoHosts();

    converge();
    assertThat(fleet.state("a")).isEqualTo(NodeState.FAILED);
    assertThat(fleet.view("a").reason())
        .isEqualTo(
            "two hosts use the key of this node: host-x (10.0.0.1, boot boot-x)"
                + " and host-yy (10.0.0.2, boot boot-yy) (CLONE_SUSPECTED)");
    assertThat(fleet.view("a").why()).contains("pullcord-agent join --anew");
    assertThat(fleet.views.summary().alarms()).hasSize(1).allMatch(a -> a.contains("host-yy"));
    assertThat(fleet.audited("node.two-hosts")).isPresent();
    assertThat(fleet.views.deployment(fleet.deployment("a")).orElseThrow().state().name())
        .isNotEqualTo("CONVERGED");
  }

  @Test
  void theAlarmOutlivesARestartOfTheServerAndNeitherIsSentAway() {
    twoHosts();
    fleet = fleet.restarted();

    heard(talk("x"));
    heard(talk("yy"));

    assertThat(fleet.state("a")).isEqualTo(NodeState.FAILED);
  }

  @Test
  void theAlarmEndsWhenOnlyOneWasHeardOfForAWhileAndThatOneReportsAnew() {
    twoHosts();
    for (int i = 0; i < 9; i++) {
      fleet.advance(Duration.ofSeconds(15));
      if (fleet.audited("node.two-hosts-over").isEmpty()) {
        heard(talk("yy"));
      }
    }

    assertThat(fleet.audited("node.two-hosts-over").map(AuditTable.Act::after).orElseThrow())
        .contains("host-yy");
    assertSessionOver(talk("yy"));
    session(talk("yy"));
    converge();
    assertThat(fleet.state("a")).isEqualTo(NodeState.CONVERGED);
    assertThat(fleet.views.summary().alarms()).isEmpty();
  }

  @Test
  void theAlarmEndsAtOnceWhenOneOfThemIsStopped() {
    twoHosts();

    fleet.contacts.goodbye(fleet.record("a"), talk("x"));

    assertThat(fleet.views.summary().alarms()).isEmpty();
    assertThat(fleet.state("a")).as("the other one lives").isNotEqualTo(NodeState.OFFLINE);
  }

  @Test
  void anAgentThatIsRestartedIsNoAlarm() {
    session(talk("x"));
    converge();
    for (String start : new String[] {"y", "z", "w"}) {
      fleet.advance(Duration.ofSeconds(1));
      session(talk(start));
      fleet.advance(Duration.ofSeconds(15));
      heard(talk(start));
      converge();
      assertThat(fleet.state("a")).isEqualTo(NodeState.CONVERGED);
    }
    assertThat(fleet.audited("node.two-hosts")).isEmpty();
  }

  @Test
  void anAgentThatIsStoppedCleanlyIsOfflineAtOnceUntilItComesBack() {
    session(talk("x"));
    converge();

    fleet.contacts.goodbye(fleet.record("a"), talk("x"));

    assertThat(fleet.state("a")).isEqualTo(NodeState.OFFLINE);
    assertThat(fleet.view("a").reason())
        .isEqualTo("its agent was stopped cleanly at " + fleet.clock.instant());
    assertThat(fleet.view("a").why()).contains("systemctl start pullcord-agent");
    heard(talk("x"));
    assertThat(fleet.state("a")).as("a request that was under way").isEqualTo(NodeState.OFFLINE);
    fleet = fleet.restarted();
    assertThat(fleet.state("a")).isEqualTo(NodeState.OFFLINE);

    session(talk("y"));
    assertThat(fleet.state("a")).isEqualTo(NodeState.CONVERGED);
    assertThat(fleet.view("a").contact()).isNull();
  }

  @Test
  void goodbyeOfAStartThatIsOverChangesNothing() {
    session(talk("x"));
    session(talk("y"));

    fleet.contacts.goodbye(fleet.record("a"), talk("x"));

    assertThat(fleet.state("a")).isEqualTo(NodeState.WAITING);
  }

  @Test
  void silenceIsLostContactBeforeItIsOffline() {
    session(talk("x"));
    converge();

    fleet.advance(Duration.ofSeconds(24));
    assertThat(fleet.view("a").contact()).isNull();
    fleet.advance(Duration.ofSeconds(2));
    assertThat(Objects.requireNonNull(fleet.view("a").contact()).lostSince())
        .isEqualTo(fleet.view("a").lastSeen());
    assertThat(fleet.state("a")).isEqualTo(NodeState.CONVERGED);
    fleet.advance(Duration.ofSeconds(20));
    assertThat(fleet.state("a")).isEqualTo(NodeState.OFFLINE);
    assertThat(fleet.view("a").contact()).as("one word at a time").isNull();
    heard(talk("x"));
    assertThat(fleet.view("a").contact()).isNull();
  }

  private static SeenDecision lost(long revision, int commit) {
    return new SeenDecision(revision, "lost", FakeCommits.commit(commit));
  }

  @Test
  void aNodeThatHasSeenMoreThanARestoredServerIsSaidToBeAheadAndKeepsWhatItRuns() {
    session(talk("x"));
    converge();
    long known = fleet.desired("a").revision();

    assertSessionOver(talk("x", lost(known + 4, 9)));

    assertThat(fleet.state("a")).isEqualTo(NodeState.FAILED);
    assertThat(fleet.view("a").reason())
        .isEqualTo(
            "runs 0000009 by revision "
                + (known + 4)
                + ", which this server never made: server restored?");
    assertThat(fleet.view("a").why()).contains("recover.md");
    assertThat(fleet.desired("a").revision()).as("nobody goes back").isEqualTo(known);
    assertThat(fleet.audited("node.ahead")).isPresent();
    fleet = fleet.restarted();
    assertThat(fleet.state("a")).isEqualTo(NodeState.FAILED);
  }

  @Test
  void aNodeThatIsAheadAgainAndAgainPushesNobodysActsOutOfTheAuditLog() {
    session(talk("x"));
    converge();
    long known = fleet.desired("a").revision();
    for (int i = 1; i <= 500; i++) {
      fleet.contacts.seen(fleet.record("a").id(), lost(known + i, 9));
    }
    assertThat(ahead()).containsExactly(1);
    fleet.advance(Duration.ofMinutes(10));
    assertThat(ahead()).containsExactly(499, 1);

    fleet.contacts.seen(fleet.record("a").id(), lost(known + 501, 9));
    fleet.contacts.close();
    assertThat(ahead()).as("also at a stop").containsExactly(1, 499, 1);
  }

  private List<Integer> ahead() {
    return fleet.audit().stream()
        .filter(act -> act.what().equals("node.ahead"))
        .map(AuditTable.Act::times)
        .toList();
  }

  @Test
  void aPushAfterARestoreIsObeyedAtOnce() {
    session(talk("x"));
    long known = fleet.desired("a").revision();
    assertSessionOver(talk("x", lost(known + 4, 9)));
    session(talk("x", lost(known + 4, 9)));
    heard(talk("x", lost(known + 4, 9)));
    Requests.Labels labelled = new Requests.Labels(Map.of("k", "v"), null);
    fleet.operations.nodes().label(TestFleet.ADA, fleet.record("a").name(), labelled);
    assertThat(fleet.desired("a").revision()).as("a label is no new commit").isEqualTo(known);

    fleet.commits.push("main", 2);
    fleet.deployments.reconcile();

    assertThat(fleet.desired("a").revision()).isGreaterThan(known + 4);
    assertThat(fleet.view("a").reason()).contains("published 0000002");
    converge();
    assertThat(fleet.state("a")).isEqualTo(NodeState.CONVERGED);
  }

  @Test
  void aNodeThatRunsWhatTheServerAsksForTakesItsDecisionUnderAHigherNumber() {
    session(talk("x"));
    long known = fleet.desired("a").revision();

    assertSessionOver(talk("x", lost(known, 1)));

    assertThat(fleet.desired("a").revision()).isGreaterThan(known);
    long now = fleet.desired("a").revision();
    session(talk("x", lost(known, 1)));
    heard(talk("x", lost(known, 1)));
    assertThat(fleet.desired("a").revision()).as("once").isEqualTo(now);
    assertThat(fleet.views.summary().alarms()).isEmpty();
  }

  @Test
  void aSessionAfterARestoreHasAnEpochThatTheNodeNeverUsed() {
    ReportMessages.Session session =
        fleet.intake.session(
            fleet.record("a"), new ReportMessages.SessionRequest("1.0", "boot", 41), talk("x"));

    assertThat(session.epoch()).isEqualTo(42);
  }

  @Test
  void aNumberThatNoServerReachesIsRefused() {
    session(talk("x"));

    assertThatThrownBy(() -> heard(talk("x", lost(100_000_000_000L, 9))))
        .isInstanceOf(Refusal.class);
    long newest = fleet.store.read(t -> t.revisions().newest());
    assertThat(newest).isLessThan(100);
  }
}

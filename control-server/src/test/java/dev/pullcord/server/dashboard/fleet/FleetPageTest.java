package dev.pullcord.server.dashboard.fleet;

import static dev.pullcord.server.dashboard.Nodes.NEW;
import static dev.pullcord.server.dashboard.Nodes.NOW;
import static dev.pullcord.server.dashboard.Nodes.OLD;
import static dev.pullcord.server.dashboard.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.SuspensionView;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.dashboard.FakeFleet;
import dev.pullcord.server.dashboard.Moment;
import dev.pullcord.server.dashboard.StateSign;
import dev.pullcord.server.dashboard.StateSign.Tone;
import dev.pullcord.server.dashboard.fleet.FleetSheet.Part;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FleetPageTest {
  private final FakeFleet fleet = new FakeFleet();
  private final FleetPage page = new FleetPage(fleet);

  @Test
  void everyNodeConvergedIsTheOnlyGreen() {
    fleet.put(node("a").view());
    fleet.put(node("b").view());
    FleetSheet model = page.read();
    assertThat(model.verdict().tone()).isEqualTo(Tone.GOOD);
    assertThat(model.verdict().headline()).isEqualTo("Converged 2/2");
    assertThat(model.verdict().title()).isEqualTo("✓ 2/2");
  }

  @Test
  void alarmsAreThoseThatStatusHas() {
    fleet.put(node("a").view());
    assertThat(page.read().alarms()).isEmpty();
    String mark = page.read().mark();
    fleet.alarm("mirror stale for 10m: UPSTREAM_GONE");
    assertThat(page.read().alarms()).containsExactly("mirror stale for 10m: UPSTREAM_GONE");
    assertThat(page.read().mark()).isNotEqualTo(mark);
  }

  @Test
  void anEmptyFleetIsNotASuccess() {
    FleetSheet model = page.read();
    assertThat(model.verdict().tone()).isEqualTo(Tone.NONE);
    assertThat(model.verdict().headline()).isEqualTo("No node yet");
    assertThat(model.nodes()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(value = NodeState.class, names = "CONVERGED", mode = EnumSource.Mode.EXCLUDE)
  void oneNodeInAnyOtherStateTakesTheGreenAway(NodeState state) {
    fleet.put(node("a").view());
    fleet.put(node("b").state(state, "why", NOW).view());
    FleetSheet model = page.read();
    assertThat(model.verdict().tone()).isNotEqualTo(Tone.GOOD);
    assertThat(model.verdict().headline()).isEqualTo("1 of 2 converged");
    assertThat(model.verdict().detail()).isEqualTo("b " + StateSign.of(state).word());
  }

  @Test
  void whoNeedsSomebodyComesFirst() {
    fleet.put(node("a").view());
    fleet.put(node("b").state(NodeState.WAITING, "published", NOW).view());
    fleet.put(node("c").state(NodeState.OFFLINE, "no contact for 6m", NOW).view());
    fleet.put(node("e").state(NodeState.FAILED, "check exited 1", NOW).view());
    fleet.put(node("d").state(NodeState.FAILED, "check exited 1", NOW).view());
    FleetSheet model = page.read();
    assertThat(model.nodes()).extracting(FleetLine::name).containsExactly("d", "e", "c", "b", "a");
    assertThat(model.verdict().tone()).isEqualTo(Tone.BAD);
    assertThat(model.verdict().detail()).isEqualTo("d, e failed · c offline · b waiting");
    assertThat(model.counts())
        .extracting(c -> c.nodes() + " " + c.state().word())
        .containsExactly("2 failed", "1 offline", "1 waiting", "1 converged");
  }

  @Test
  void onTheWayIsNotAnAlarm() {
    fleet.put(node("a").state(NodeState.APPLYING, "stage", NOW).view());
    assertThat(page.read().verdict().tone()).isEqualTo(Tone.BUSY);
  }

  @Test
  void manyNamesAreCutShort() {
    for (int i = 0; i < 9; i++) {
      fleet.put(node("n" + i).state(NodeState.FAILED, "why", NOW).view());
    }
    assertThat(page.read().verdict().detail()).isEqualTo("n0, n1, n2, n3 and 5 more failed: why");
    fleet.put(node("n8").state(NodeState.FAILED, "another", NOW).view());
    assertThat(page.read().verdict().detail()).isEqualTo("n0, n1, n2, n3 and 5 more failed");
  }

  @Test
  void theBarAddsUpAndBeginsWithWhatIsWell() {
    fleet.head("main", NEW, "Match spaces", "Ines", "rosa", NOW);
    for (int i = 0; i < 7; i++) {
      fleet.put(node("a" + i).view());
    }
    fleet.put(node("b").state(NodeState.FAILED, "why", NOW).view());
    fleet.put(node("c").state(NodeState.APPLYING, "why", NOW).view());
    FleetSheet model = page.read();
    List<Part> bar = model.refs().getFirst().progress().bar();
    assertThat(bar).first().extracting(Part::state).isEqualTo(StateSign.CONVERGED);
    assertThat(bar.stream().mapToDouble(Part::width).sum()).isBetween(99.9, 100.1);
  }

  @Test
  void aRefShowsItsCommitWhoPushedItAndHowLongItTook() {
    fleet.head("main", NEW, "Match spaces", "Ines", "rosa", NOW.minusSeconds(60));
    fleet.put(node("a").view());
    FleetSheet.RefLine ref = page.read().refs().getFirst();
    assertThat(ref.commit()).isEqualTo(new FleetSheet.Commit(NEW.value()));
    assertThat(ref.subject()).isEqualTo("Match spaces");
    assertThat(ref.deployment()).isEqualTo(1);
    FleetSheet.DeploymentRow last = page.read().recent().getFirst();
    assertThat(last.subject()).isEqualTo("Match spaces");
    assertThat(last.by()).isEqualTo("rosa");
    assertThat(last.at()).isEqualTo(new Moment(NOW.minusSeconds(60)));
    assertThat(ref.progress().text()).isEqualTo("converged 1/1 in 1.2s");
    assertThat(ref.progress().tone()).isEqualTo(Tone.GOOD);
  }

  @Test
  void aPinnedNodeIsCountedWhereItIsPinnedTo() {
    fleet.head("main", NEW, "one", "Ines", "rosa", NOW);
    fleet.head("try", OLD, "two", "Ines", "rosa", NOW);
    fleet.put(node("a").view());
    fleet.put(node("b").pin("try", "tomas", "measure it", NOW.plusSeconds(60)).view());
    FleetSheet model = page.read();
    assertThat(model.refs())
        .extracting(r -> r.ref() + " " + r.progress().label())
        .containsExactly("main 1 of 1 nodes on main", "try 1 of 1 nodes on try");
    assertThat(model.attributes()).containsExactly("1 pinned");
    assertThat(model.nodes().get(1).pin())
        .isEqualTo(
            new FleetLine.PinLine("try", "tomas", "measure it", new Moment(NOW.plusSeconds(60))));
  }

  @Test
  void whereANodeFailedTheBannerLeadsToWhatToDo() {
    fleet.head("main", NEW, "one", "Ines", "rosa", NOW);
    fleet.put(node("a").view());
    assertThat(page.read().next()).isEmpty();
    fleet.put(node("b").state(NodeState.ROLLED_BACK, "check exited 1", NOW).view());
    assertThat(page.read().next())
        .extracting(step -> step.text() + " " + step.path() + " " + step.steers())
        .containsExactly(
            "What failed on main /ui/deployments/1 false",
            "Roll main back… /ui/rollback?ref=main true",
            "Retry it… /ui/retry true");
  }

  @Test
  void aDrainThatKeepsANodeFromItsCommitCanBeEndedAfterAMinute() {
    fleet.head("main", NEW, "one", "Ines", "rosa", NOW);
    fleet.put(
        node("a")
            .worker("mail", "it answered")
            .generation(2, 102, GenerationPhase.DRAINING, NOW)
            .state(NodeState.APPLYING, "draining pid 102 since " + NOW, NOW)
            .view());
    FleetSheet.NextStep step = page.read().next().getFirst();
    assertThat(step.text() + " " + step.path())
        .isEqualTo("Kill what drains on a… /ui/nodes/a#act-kill");
    assertThat(step.early(NOW.plusSeconds(59))).isTrue();
    assertThat(step.early(NOW.plusSeconds(60))).isFalse();
  }

  @Test
  void aBranchIsOfferedToBeRolledBackWhereOnlyWhoIsPinnedToItFailed() {
    fleet.head("try", NEW, "one", "Ines", "rosa", NOW);
    fleet.put(
        node("a")
            .state(NodeState.ROLLED_BACK, "check exited 1", NOW)
            .pin("try", "tomas", "measure it", NOW.plusSeconds(60))
            .view());
    assertThat(page.read().next())
        .extracting(FleetSheet.NextStep::text)
        .containsExactly("What failed on try", "Roll try back…", "Retry it…");
  }

  @Test
  void aBranchThatOnlyMissesAnOfflineNodeIsNotOfferedToBeRolledBack() {
    fleet.head("main", NEW, "one", "Ines", "rosa", NOW);
    fleet.put(node("a").state(NodeState.OFFLINE, "no contact", NOW).view());
    assertThat(page.read().next())
        .extracting(FleetSheet.NextStep::text)
        .containsExactly("Why a is away");
  }

  @Test
  void whereANodeHasAnAlarmNoRetryIsOffered() {
    fleet.head("main", NEW, "one", "Ines", "rosa", NOW);
    fleet.put(
        node("a")
            .state(NodeState.FAILED, "two hosts use its key", NOW)
            .contact(new NodeView.Contact(null, null, "two hosts use its key"))
            .view());
    assertThat(page.read().next())
        .extracting(FleetSheet.NextStep::text)
        .containsExactly("What to do about a");
  }

  @Test
  void whoIsUnderMaintenanceStandsBehindThoseThatNeedSomebody() {
    fleet.put(
        node("a")
            .state(NodeState.OFFLINE, "no contact", NOW)
            .suspended(new SuspensionView("ann", "new disk", NOW, NOW))
            .view());
    fleet.put(node("b").view());
    assertThat(page.read().nodes()).extracting(FleetLine::name).containsExactly("b", "a");
    assertThat(page.read().nodes().getLast().tone()).isEqualTo(StateSign.Tone.NONE);
  }

  @Test
  void aRefWithoutCommitIsKept() {
    fleet.emptyRef("main");
    fleet.put(node("a").state(NodeState.WAITING, "nothing pushed", NOW).runs(null, null).view());
    assertThat(page.read().refs().getFirst().commit()).isNull();
  }

  @Test
  void aNodeShowsWhatRunsAndWhatIsToRun() {
    fleet.put(
        node("a")
            .state(NodeState.APPLYING, "draining pid 12", NOW)
            .runs(OLD, NEW)
            .generation(8, 13, GenerationPhase.STARTING, NOW)
            .generation(7, 12, GenerationPhase.DRAINING, NOW)
            .labels(Map.of("role", "grep", "dc", "sea"))
            .view());
    FleetSheet model = page.read();
    FleetLine row = model.nodes().getFirst();
    assertThat(row.version().behind()).isTrue();
    assertThat(row.version().applied()).isEqualTo(new FleetSheet.Commit(OLD.value()));
    assertThat(row.facts().drains()).containsExactly(new FleetLine.Drain("grep", new Moment(NOW)));
    assertThat(row.facts().labels()).containsExactly("dc=sea", "role=grep");
    assertThat(model.attributes()).containsExactly("1 draining");
  }

  @Test
  void aNodeWhoseDiskIsNotAsItsCommitSaysIsOfNote() {
    fleet.put(node("a").drift("1 path is not as in the commit: \"x\" is gone").view());
    FleetSheet model = page.read();
    FleetLine row = model.nodes().getFirst();
    assertThat(row.ofNote()).isTrue();
    assertThat(row.css()).endsWith(" drifted");
    assertThat(row.label()).endsWith(", drifted");
    assertThat(row.facts().drift()).contains("is gone");
    assertThat(model.attributes()).containsExactly("1 drifted");
    assertThat(model.verdict().headline()).isEqualTo("Converged 1/1, 1 drifted");
    assertThat(model.verdict().tone()).isEqualTo(StateSign.Tone.BUSY);
  }

  @Test
  void aNodeWhoseWorkerProvesNothingIsOfNote() {
    fleet.put(node("a").worker("index", "unproven: status exited 0").view());
    FleetSheet model = page.read();
    FleetLine row = model.nodes().getFirst();
    assertThat(row.ofNote()).isTrue();
    assertThat(row.label()).endsWith(", unproven");
    assertThat(model.attributes()).containsExactly("1 unproven");
    assertThat(model.verdict().headline()).isEqualTo("Converged 1/1, 1 unproven");
    assertThat(model.verdict().tone()).isEqualTo(StateSign.Tone.BUSY);
  }

  @Test
  void pagesThroughALargeFleet() {
    for (int i = 0; i < 2500; i++) {
      fleet.put(node("n%04d".formatted(i)).view());
    }
    FleetSheet model = page.read();
    assertThat(model.nodes()).hasSize(2500).doesNotHaveDuplicates();
    assertThat(model.notShown()).isZero();
  }

  @Test
  void rowsBeyondTheBoundAreCountedAndNotShown() {
    for (int i = 0; i < FleetPage.ROWS_MAX + 1; i++) {
      fleet.put(node("n%05d".formatted(i)).view());
    }
    FleetSheet model = page.read();
    assertThat(model.nodes()).hasSize(FleetPage.ROWS_MAX);
    assertThat(model.notShown()).isEqualTo(1);
  }

  @Test
  void longTextsAreCutBetweenCharacters() {
    fleet.put(node("a").state(NodeState.FAILED, "😀".repeat(600), NOW).view());
    String reason = page.read().nodes().getFirst().reason();
    assertThat(reason).isEqualTo("😀".repeat(500) + "…");
  }

  @Test
  void twoReadingsOfTheSameFleetAreEqual() {
    fleet.head("main", NEW, "one", "Ines", "rosa", NOW);
    fleet.put(node("a").generation(1, 2, GenerationPhase.CONSUMING, NOW).view());
    assertThat(page.read()).isEqualTo(page.read());
  }
}

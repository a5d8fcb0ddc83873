package dev.pullcord.cli.command.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.fake.FakeFleet;
import dev.pullcord.cli.fake.PlainText;
import dev.pullcord.cli.output.Signs;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.PinStatus;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodeRowsTest {
  private final FakeFleet fleet = new FakeFleet();

  @BeforeEach
  void twoNodes() {
    fleet.set("beat-1", NodeState.OFFLINE, "no report for 2m");
    fleet.set("grep-1", NodeState.APPLYING, "staging");
    fleet.pinned("grep-1", new PinStatus("v1", "ann", "trying", FakeFleet.NOW));
  }

  @Test
  void allColumnsSayWhoInWhichStateRunningWhatAndWhy() {
    assertThat(
            PlainText.of(
                NodeRows.table(
                    fleet.all(),
                    NodeView::reason,
                    FakeFleet.NOW,
                    Signs.UNICODE,
                    Integer.MAX_VALUE)))
        .containsExactly(
            "NODE    STATE       REF       RUNS               FOR    SEEN      LABELS     REASON",
            "beat-1  ? offline   main      0badcaf > 3f2a91c  2m 5s  just now  role=beat  no report"
                + " for 2m",
            "grep-1  … applying  v1 (pin)  0badcaf > 3f2a91c  2m 5s  just now  role=grep"
                + "  staging");
  }

  @Test
  void fewerColumnsPutThePinBeforeTheReason() {
    assertThat(
            PlainText.of(
                NodeRows.narrow(fleet.all(), NodeView::reason, FakeFleet.NOW, Signs.ASCII)))
        .containsExactly(
            "NODE    STATE       RUNS               FOR    REASON",
            "beat-1  ? offline   0badcaf > 3f2a91c  2m 5s  no report for 2m",
            "grep-1  ~ applying  0badcaf > 3f2a91c  2m 5s  [pinned to v1] staging");
  }

  @Test
  void onAScreenAReasonOfSeveralNodesIsSaidOnce() {
    fleet.set("beat-1", NodeState.ROLLED_BACK, "check exited 3");
    fleet.set("grep-1", NodeState.ROLLED_BACK, "check exited 3");
    List<NodeView> nodes = fleet.all();
    assertThat(nodes.stream().map(NodeRows.once(nodes)))
        .containsExactly("check exited 3", "as beat-1");

    fleet.set("grep-1", NodeState.FAILED, "check exited 3");
    List<NodeView> apart = fleet.all();
    assertThat(apart.stream().map(NodeRows.once(apart)))
        .containsExactly("check exited 3", "check exited 3");
  }

  @Test
  void aNodeWhoseStreamBrokeHearsNothingNowThoughItIsNotYetOffline() {
    fleet.contact(new NodeView.Contact(FakeFleet.NOW, null, null));
    fleet.set("grep-1", NodeState.CONVERGED, "runs it");
    fleet.set("beat-1", NodeState.OFFLINE, "no contact");
    assertThat(fleet.all().stream().map(NodeRows::away))
        .containsExactly("offline", "out of contact");
    fleet.contact(null);
    fleet.set("grep-1", NodeState.CONVERGED, "runs it");
    assertThat(NodeRows.away(fleet.all().getLast())).isEmpty();
  }

  @Test
  void labelsAreInOrderOfName() {
    assertThat(NodeRows.labels(Map.of("role", "grep", "dc", "sea"), "-"))
        .isEqualTo("dc=sea,role=grep");
    assertThat(NodeRows.labels(Map.of(), "-")).isEqualTo("-");
    assertThat(NodeRows.brief(null)).isEqualTo("-");
  }
}

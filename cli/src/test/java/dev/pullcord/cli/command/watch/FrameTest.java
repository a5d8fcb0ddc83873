package dev.pullcord.cli.command.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.fake.FakeFleet;
import dev.pullcord.cli.host.Terminal;
import dev.pullcord.cli.output.Signs;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.SuspensionView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.PinStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FrameTest {
  private final FakeFleet fleet = new FakeFleet();
  private final Map<NodeName, List<String>> output = new HashMap<>();
  private WatchView view = WatchView.from(false);

  private void converged(int from, int to) {
    for (int i = from; i <= to; i++) {
      fleet.set("grep-%02d".formatted(i), NodeState.CONVERGED, "");
    }
  }

  private void failed(String name, String... printed) {
    fleet.set(name, NodeState.FAILED, "check bin/check exited 1");
    output.put(new NodeName(name), List.of(printed));
  }

  private List<String> frame(int columns, int rows, String trouble) {
    Fleet numbers = fleet.numbers();
    Map<String, Fleet.Ref> heads =
        numbers.refs().stream().collect(Collectors.toMap(Fleet.Ref::ref, r -> r));
    List<NodeView> nodes = fleet.all();
    Look look = new Look(nodes, heads, Map.of("main", FakeFleet.NOW.minusSeconds(9)), output);
    Terminal.Size size = new Terminal.Size(columns, rows);
    return new Frame(look, "pull.example", FakeFleet.NOW, Signs.UNICODE, size, view)
        .lines(trouble).stream().map(FrameTest::text).toList();
  }

  private static String text(StyledLine line) {
    return line.spans().stream().map(StyledLine.Span::text).collect(Collectors.joining());
  }

  @Test
  void showsEveryNodeWhereThereIsRoomAndBrokenOnesFirst() {
    fleet.deploy(12, FakeFleet.HEAD, null);
    converged(1, 1);
    failed("grep-02", "line one", "line two");
    fleet.set("grep-03", NodeState.APPLYING, "draining pid 12");
    assertThat(frame(100, 30, ""))
        .containsExactly(
            "not converged 1/3 ✗  1 applying, 1 failed  pull.example",
            "",
            "main  3f2a91c  Look for more  (Ann, 9s ago)",
            "████████░░░░░░░░░░░░░░░░  1/3 ✗  1 applying, 1 failed",
            "  ✗ grep-02  failed     0badcaf > 3f2a91c  2m 5s  check bin/check exited 1",
            "      │ line one",
            "      │ line two",
            "  … grep-03  applying   0badcaf > 3f2a91c  2m 5s  draining pid 12",
            "  ✓ grep-01  converged  3f2a91c            2m 5s  ");
  }

  @Test
  void countsASuspendedNodeAsSuspendedAndAsNothingElse() {
    converged(1, 2);
    fleet.pinned("grep-02", new PinStatus("v1", "ann", "trying", FakeFleet.NOW));
    fleet.suspend(
        new NodeName("grep-02"),
        new SuspensionView("ann", "disk", FakeFleet.NOW, FakeFleet.NOW.plusSeconds(60)));
    assertThat(frame(100, 30, "").getFirst())
        .isEqualTo("converged 1/1 ✓  1 suspended  pull.example");
  }

  @Test
  void whatFailedLastStandsFirst() {
    failed("grep-01");
    fleet.setsSince(FakeFleet.NOW.minusSeconds(5));
    failed("grep-02");
    assertThat(frame(80, 30, "").get(4)).startsWith("  ✗ grep-02  failed");
  }

  @Test
  void noLineOfAFleetIsWiderThan80ColumnsBeforeItsReason() {
    converged(1, 3);
    fleet.set("grep-02", NodeState.ROLLED_BACK, "");
    assertThat(frame(80, 30, "")).allMatch(line -> line.length() <= 80);
  }

  @Test
  void scrollsToTheLastNodeAndNoFurther() {
    converged(1, 40);
    view = WatchView.from(true);
    assertThat(frame(80, 12, "").getLast()).startsWith("q ends  f only what is not converged");
    view = new WatchView(true, false, false, 500);
    List<String> end = frame(80, 12, "");
    assertThat(end).hasSize(12);
    assertThat(end.get(10)).startsWith("  ✓ grep-40");
  }

  @Test
  void leavesOutWhatIsConvergedWhenAskedTo() {
    converged(1, 3);
    failed("grep-02", "why");
    view = WatchView.from(true).after(WatchKey.BEHIND, 0);
    assertThat(frame(80, 30, "").toString()).contains("grep-02").doesNotContain("grep-01");
  }

  @Test
  void helpSaysWhatEachKeyDoes() {
    converged(1, 1);
    view = WatchView.from(true).after(WatchKey.HELP, 0);
    assertThat(frame(80, 30, "").toString()).contains("q or Ctrl-C", "j k, arrows");
  }

  @Test
  void countsTheConvergedWhereThereIsNoRoomAndPutsTheOthersFirst() {
    converged(1, 19);
    failed("grep-20", "line one", "line two");
    List<String> frame = frame(100, 14, "");
    assertThat(frame).hasSizeLessThanOrEqualTo(14);
    assertThat(frame.get(4)).startsWith("  ✗ grep-20");
    assertThat(frame.get(5)).isEqualTo("      │ line one");
    assertThat(frame.getLast()).isEqualTo("  … and 13 more converged");
  }

  @Test
  void countsFailuresTooWhereNotEvenTheyFit() {
    for (int i = 1; i <= 30; i++) {
      failed("grep-%02d".formatted(i), "cause");
    }
    converged(31, 40);
    List<String> frame = frame(80, 10, "");
    assertThat(frame).hasSize(10);
    assertThat(frame.getLast()).isEqualTo("  … and 23 failed more, 10 converged");
  }

  @Test
  void isNeverHigherThanItsTerminal() {
    for (int i = 1; i <= 9; i++) {
      String name = "n-" + i;
      fleet.set(name, i % 2 == 0 ? NodeState.CONVERGED : NodeState.FAILED, "why");
      fleet.follows(name, "branch-" + i % 5);
    }
    for (int rows = 5; rows < 60; rows++) {
      assertThat(frame(80, rows, "")).hasSizeLessThanOrEqualTo(rows);
      assertThat(frame(80, rows, "gone")).hasSizeLessThanOrEqualTo(rows);
    }
    assertThat(frame(80, 5, "").getLast()).isEqualTo("… and 2 more refs");
  }

  @Test
  void narrowTerminalLeavesOutTheCommits() {
    fleet.set("grep-01", NodeState.APPLYING, "staging");
    assertThat(frame(100, 30, "").toString()).contains("0badcaf > 3f2a91c");
    assertThat(frame(80, 30, "").toString()).contains("0badcaf").doesNotContain(" > ");
    assertThat(frame(40, 30, "")).contains("  … grep-01  applying  2m 5s  staging");
  }

  @Test
  void pinnedNodeStandsWithItsPinsRefAndSaysWhoAndWhyAndUntilWhen() {
    converged(1, 2);
    PinStatus pin =
        new PinStatus("fix-it", "ann", "try\033[2J it", FakeFleet.NOW.plusSeconds(7200));
    fleet.pinned("grep-02", pin);
    List<String> frame = frame(100, 30, "");
    assertThat(frame.getFirst()).isEqualTo("converged 2/2 ✓  1 pinned  pull.example");
    assertThat(frame)
        .containsSubsequence(
            "fix-it",
            "  ✓ grep-02  converged  3f2a91c  2m 5s  [pinned] ",
            "      pinned to fix-it by ann: try\\u001b[2J it (ends in 2h; follows main)");
  }

  @Test
  void saysThatItReconnectsAboveTheLastPicture() {
    converged(1, 2);
    assertThat(frame(100, 30, "nothing listens there"))
        .startsWith("converged 2/2 ✓  pull.example", "reconnecting: nothing listens there")
        .contains("  ✓ grep-01  converged  3f2a91c  2m 5s  ");
  }

  @Test
  void emptyFleetSaysWhatToDo() {
    assertThat(frame(100, 30, ""))
        .containsExactly("no nodes; pullcord invite lets one join  pull.example");
  }
}

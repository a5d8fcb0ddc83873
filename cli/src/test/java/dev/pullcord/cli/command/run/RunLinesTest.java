package dev.pullcord.cli.command.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.protocol.action.RunState;
import dev.pullcord.protocol.action.RunView;
import dev.pullcord.protocol.action.RunView.NodeRun;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.NodeName;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunLinesTest {
  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

  /** One failure tells the caller more than any node that was late. */
  @ParameterizedTest
  @CsvSource({
    "done done, DONE",
    "done failed, FAILED",
    "done refused, FAILED",
    "done unknown, FAILED",
    "done running, TIMEOUT",
    "waiting waiting, TIMEOUT",
    "running failed, FAILED",
    "failed waiting, FAILED",
  })
  void endsWithTheCodeOfItsWorstNode(String states, ExitCode expected) {
    NodeRun[] nodes =
        Arrays.stream(states.split(" "))
            .map(word -> node(1, RunState.valueOf(word.toUpperCase(Locale.ROOT)), ""))
            .toArray(NodeRun[]::new);

    assertThat(RunLines.exitCode(run(nodes))).isEqualTo(expected);
  }

  @Test
  void aNodeThatWasNotReachedIsLateThoughItIsRefused() {
    NodeRun refused = node(1, RunState.REFUSED, "the time was over");
    NodeRun late =
        new NodeRun(
            refused.name(), RunState.REFUSED, null, null, "the time was over", true, null, "", 0);

    assertThat(RunLines.exitCode(run(refused))).isEqualTo(ExitCode.FAILED);
    assertThat(RunLines.exitCode(run(late))).isEqualTo(ExitCode.TIMEOUT);
  }

  @Test
  void theSummaryNamesWhatWentWrongBeforeWhatGoesOn() {
    RunView run =
        run(
            node(1, RunState.WAITING, ""),
            node(2, RunState.DONE, ""),
            node(3, RunState.FAILED, "exited 2\nand more"),
            node(4, RunState.RUNNING, ""),
            node(5, RunState.REFUSED, "runs another commit"));

    assertThat(text(RunLines.summary(run)))
        .isEqualTo(
            "ok 1/5; failed 1: node-3 (exited 2); refused 1: node-5 (runs another commit);"
                + " running 1: node-4; waiting 1: node-1");
    assertThat(text(RunLines.summary(run(node(1, RunState.DONE, ""))))).isEqualTo("ok 1/1");
  }

  @Test
  void theSummaryOfAThousandNodesNamesAHundred() {
    NodeRun[] nodes =
        IntStream.rangeClosed(1, 1000)
            .mapToObj(number -> node(number, RunState.UNKNOWN, ""))
            .toArray(NodeRun[]::new);

    assertThat(text(RunLines.summary(run(nodes))))
        .startsWith("ok 0/1000; unknown 1000: node-1, node-2")
        .endsWith("node-100 and 900 more");
  }

  @Test
  void namesOfOneRunStandAboveEachOther() {
    assertThat(text(RunLines.output("a", 6, "hello", RunState.RUNNING)))
        .isEqualTo("a      | hello");
    assertThat(text(RunLines.output("longer-name", 6, "x", RunState.DONE)))
        .isEqualTo("longer-name | x");
  }

  private static String text(StyledLine line) {
    return line.spans().stream().map(StyledLine.Span::text).collect(Collectors.joining());
  }

  private static NodeRun node(int number, RunState state, String reason) {
    return new NodeRun(
        new NodeName("node-" + number), state, null, null, reason, false, null, "", 0);
  }

  private static RunView run(NodeRun... nodes) {
    RunView.Terms terms = new RunView.Terms(null, nodes.length, null, NOW);
    return new RunView(
        1, "clear", Map.of(), RunState.RUNNING, "ada", NOW, null, terms, null, List.of(nodes));
  }
}

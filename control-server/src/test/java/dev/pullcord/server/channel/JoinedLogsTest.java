package dev.pullcord.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.NodeLog;
import dev.pullcord.protocol.channel.LogLines;
import dev.pullcord.protocol.channel.ServerEvent;
import dev.pullcord.protocol.id.NodeName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JoinedLogsTest {
  private static final Duration AT_ONCE = Duration.ofMillis(1);
  private static final NodeName ONE = new NodeName("one");
  private static final NodeName TWO = new NodeName("two");

  private final Map<NodeName, Long> ids = new HashMap<>(Map.of(ONE, 1L, TWO, 2L));
  private long nanos;
  private final Map<Long, String> requests = new HashMap<>();
  private final LogRelay relay =
      new LogRelay(
          (node, event) -> {
            requests.put(node, ((ServerEvent.LogsWanted) event).request());
            return true;
          },
          () -> nanos);
  private final LogSources sources =
      new LogSources(
          name -> Optional.ofNullable(ids.get(name)), _ -> Optional.of(Set.of("grep")), relay);

  private JoinedLogs join(NodeName... names) {
    return sources.join(new LinkedHashSet<>(List.of(names)), new LogRelay.Wish("grep", 10, true));
  }

  private boolean say(long node, String text, boolean last) throws InterruptedException {
    return relay.take(node, new LogLines(Objects.requireNonNull(requests.get(node)), text, last));
  }

  private static List<NodeLog> all(JoinedLogs logs) throws InterruptedException {
    List<NodeLog> all = new ArrayList<>();
    List<NodeLog> some = logs.next(AT_ONCE);
    while (!some.isEmpty()) {
      all.addAll(some);
      some = logs.next(AT_ONCE);
    }
    return all;
  }

  @Test
  void linesOfSeveralNodesAreOneStream() throws Exception {
    try (JoinedLogs logs = join(ONE, TWO)) {
      say(1, "a\nb\n", false);
      say(2, "c\n", true);

      assertThat(all(logs))
          .containsExactly(
              NodeLog.line(ONE, "a"),
              NodeLog.line(ONE, "b"),
              NodeLog.line(TWO, "c"),
              NodeLog.ended(TWO));
      assertThat(logs.ended()).isFalse();

      say(1, "", true);
      assertThat(all(logs)).containsExactly(NodeLog.ended(ONE));
      assertThat(logs.ended()).isTrue();
    }
  }

  @Test
  void aLineThatComesInTwoPiecesIsOneAndOthersMayComeBetween() throws Exception {
    try (JoinedLogs logs = join(ONE, TWO)) {
      say(1, "first half, ", false);
      say(2, "other\n", false);
      say(1, "second half\nlast without an end", true);

      assertThat(logs.next(AT_ONCE)).isEmpty();
      assertThat(all(logs))
          .containsExactly(
              NodeLog.line(TWO, "other"),
              NodeLog.line(ONE, "first half, second half"),
              NodeLog.line(ONE, "last without an end"),
              NodeLog.ended(ONE));
    }
  }

  @Test
  void aLineWithoutAnEndIsNotKeptForEver() throws Exception {
    try (JoinedLogs logs = join(ONE)) {
      String half = "x".repeat(LogLines.MAX_CHARACTERS);
      say(1, half, false);
      say(1, half, false);

      assertThat(logs.next(AT_ONCE)).isEmpty();
      assertThat(logs.next(AT_ONCE)).containsExactly(NodeLog.line(ONE, half + half));
    }
  }

  @Test
  void aNodeThatCannotBeReadIsToldAndTheOthersGoOn() throws Exception {
    ids.remove(TWO);
    try (JoinedLogs logs = join(TWO, ONE)) {
      assertThat(logs.refused())
          .containsExactly(NodeLog.failed(TWO, "there is no node two; pullcord nodes lists them"));
      say(1, "a\n", false);
      assertThat(all(logs)).containsExactly(NodeLog.line(ONE, "a"));
    }
  }

  @Test
  void aNodeThatDoesNotAnswerIsToldAndTheOthersGoOn() throws Exception {
    try (JoinedLogs logs = join(ONE, TWO)) {
      say(1, "a\n", false);
      assertThat(all(logs)).hasSize(1);

      assertThat(logs.endSilent(10))
          .singleElement()
          .satisfies(told -> {
            assertThat(told.node()).isEqualTo(TWO);
            assertThat(told.problem()).startsWith("two did not answer within 10 s");
          });
      assertThat(logs.endSilent(10)).isEmpty();
      assertThat(say(2, "too late\n", false)).isFalse();
      assertThat(logs.ended()).isFalse();
    }
  }

  @Test
  void aNodeThatGoesSilentInTheMiddleIsToldAndTheOthersGoOn() throws Exception {
    try (JoinedLogs logs = join(ONE, TWO)) {
      say(1, "whole\nhalf", false);
      say(2, "other\n", false);
      assertThat(logs.next(AT_ONCE)).hasSize(1);
      assertThat(logs.next(AT_ONCE)).hasSize(1);
      nanos += Duration.ofSeconds(19).toNanos();
      say(2, "", false);
      assertThat(logs.endBroken()).isEmpty();
      nanos += Duration.ofSeconds(1).toNanos();

      assertThat(logs.endBroken())
          .containsExactly(
              NodeLog.line(ONE, "half"),
              NodeLog.failed(
                  ONE, "its log ends here: nothing was heard from the node's agent for 20 s"));
      assertThat(logs.ended()).isFalse();
      assertThat(say(1, "too late\n", false)).isFalse();
    }
  }

  @Test
  void aNodeThatIsRemovedOrReplacedEndsItsLog() {
    try (JoinedLogs logs = join(ONE, TWO)) {
      assertThat(logs.endRemoved()).isEmpty();
      ids.remove(ONE);
      ids.put(TWO, 22L);

      assertThat(logs.endRemoved())
          .containsExactlyInAnyOrder(
              NodeLog.failed(ONE, "the node was removed"),
              NodeLog.failed(TWO, "the node was removed"));
      assertThat(logs.ended()).isTrue();
    }
  }

  @Test
  void nodesAreToldWhenNobodyReadsAnyMore() throws Exception {
    JoinedLogs logs = join(ONE, TWO);
    assertThat(say(1, "", false)).isTrue();

    logs.close();

    assertThat(say(1, "", false)).isFalse();
    assertThat(say(2, "", false)).isFalse();
  }
}

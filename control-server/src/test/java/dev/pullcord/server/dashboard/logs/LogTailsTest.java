package dev.pullcord.server.dashboard.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.channel.LogLines;
import dev.pullcord.protocol.channel.ServerEvent.LogsWanted;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.channel.LogRelay;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LogTailsTest {
  private static final Map<String, Long> IDS = Map.of("a", 1L, "b", 2L, "away", 3L, "mute", 4L);

  private final List<Long> asked = new ArrayList<>();
  private long nanos;
  private LogRelay relay = new LogRelay((_, _) -> false);

  /** Nodes that answer at once, one that is not there, and one that says nothing. */
  private LogTails tails() {
    relay =
        new LogRelay((node, event) -> {
          asked.add(node);
          if (node == 4L) {
            nanos += 6_000_000_000L;
          } else if (node != 3L && event instanceof LogsWanted wanted) {
            answer(node, wanted.request());
          }
          return node != 3L;
        });
    return new LogTails(name -> Optional.ofNullable(IDS.get(name.value())), relay, () -> nanos);
  }

  private void answer(long node, String request) {
    try {
      relay.take(node, new LogLines(request, "first of " + node + "\n", false));
      relay.take(node, new LogLines(request, "ERROR of " + node + "\n", true));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<NodeName> names(String... names) {
    return List.of(names).stream().map(NodeName::new).toList();
  }

  @Test
  void allAreAskedAndEachSaysItsOwnOrWhyNot() throws InterruptedException {
    List<LogTails.Tail> read = tails().read(names("a", "away", "b", "gone"), null, 100);
    assertThat(asked).containsExactly(1L, 3L, 2L);
    assertThat(read.get(0).lines()).containsExactly("first of 1", "ERROR of 1");
    assertThat(read.get(1).problem()).contains("away is not connected");
    assertThat(read.get(2).lines()).hasSize(2);
    assertThat(read.get(3).problem())
        .isEqualTo("there is no node gone; the fleet's page lists them");
  }

  @Test
  void aNodeThatSaysNothingKeepsNobodyWaitingForLong() throws InterruptedException {
    nanos = 0;
    LogTails tails = tails();
    // The deadline is set once all are asked; a clock that runs away brings it.
    LogTails impatient =
        new LogTails(name -> Optional.of(4L), relay, () -> nanos += 6_000_000_000L);
    assertThat(tails).isNotNull();
    assertThat(impatient.read(names("mute"), null, 100).getFirst().problem())
        .isEqualTo("no answer within 5 s");
  }

  @Test
  void ofTooMuchTheNewestLinesAreKeptWhole() {
    StringBuilder text = new StringBuilder("old line\n".repeat(LogTails.CHARS_MAX / 9 + 1));
    text.append("newest\n");
    LogTails.keepTheEnd(text);
    assertThat(text).hasSizeLessThanOrEqualTo(LogTails.CHARS_MAX);
    assertThat(text.toString()).startsWith("old line\n").endsWith("old line\nnewest\n");
  }

  @Test
  void aSearchKeepsTheLinesThatHaveIt() throws InterruptedException {
    LogTails.Tail tail = tails().read(names("a"), null, 100).getFirst();
    assertThat(tail.having("error").lines()).containsExactly("ERROR of 1");
    assertThat(tail.having("").lines()).hasSize(2);
  }
}

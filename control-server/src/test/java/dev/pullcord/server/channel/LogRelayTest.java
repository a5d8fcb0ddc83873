package dev.pullcord.server.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.protocol.channel.LogLines;
import dev.pullcord.protocol.channel.ServerEvent;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.refusal.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogRelayTest {
  private static final Duration AT_ONCE = Duration.ofMillis(1);

  private static final long NODE = 7;
  private static final NodeName NAME = new NodeName("a");
  private final List<ServerEvent.LogsWanted> asked = new ArrayList<>();
  private boolean connected = true;
  private long nanos;
  private final LogRelay relay =
      new LogRelay(
          (n, event) -> {
            asked.add((ServerEvent.LogsWanted) event);
            return connected;
          },
          () -> nanos);

  private LogLines piece(String text, boolean last) {
    return new LogLines(asked.getLast().request(), text, last);
  }

  @Test
  void passesWhatTheNodeSaysOnToWhoeverAsked() throws Exception {
    try (LogRelay.Reading reading = relay.open(NODE, NAME, new LogRelay.Wish("grep", 10, false))) {
      assertThat(asked.getLast().worker()).isEqualTo("grep");
      assertThat(relay.take(NODE, piece("one\n", false))).isTrue();
      assertThat(relay.take(NODE, piece("two\n", true))).isTrue();

      assertThat(reading.next(AT_ONCE).orElseThrow().text()).isEqualTo("one\n");
      assertThat(reading.next(AT_ONCE).orElseThrow().last()).isTrue();
      assertThat(reading.next(AT_ONCE)).isEmpty();
    }
  }

  @Test
  void tellsTheNodeWhenNobodyReadsAnyMore() throws Exception {
    LogRelay.Reading reading = relay.open(NODE, NAME, new LogRelay.Wish(null, 10, true));
    assertThat(relay.take(NODE, piece("", false))).isTrue();

    reading.close();

    assertThat(relay.take(NODE, piece("", false))).isFalse();
  }

  @Test
  void aLogWhoseAgentIsKilledEndsWithAReasonAlsoAfterItsFirstPiece() throws Exception {
    try (LogRelay.Reading reading = relay.open(NODE, NAME, new LogRelay.Wish(null, 10, true))) {
      relay.take(NODE, piece("one\n", false));
      nanos += Duration.ofSeconds(15).toNanos();
      relay.take(NODE, piece("", false)); // an agent that lives asks
      nanos += Duration.ofSeconds(15).toNanos();
      assertThat(reading.broken()).isEmpty();

      nanos += Duration.ofSeconds(15).toNanos();
      assertThat(reading.broken()).as("a piece is not read yet").isEmpty();
      assertThat(reading.next(AT_ONCE)).isPresent();
      assertThat(reading.broken()).contains("nothing was heard from the node's agent for 20 s");
    }
  }

  @Test
  void takesNothingFromAnotherNode() throws Exception {
    try (LogRelay.Reading reading = relay.open(NODE, NAME, new LogRelay.Wish(null, 10, true))) {
      assertThat(relay.take(NODE + 1, piece("forged\n", false))).isFalse();
      assertThat(reading.next(AT_ONCE)).isEmpty();
    }
  }

  @Test
  void saysThatANodeIsNotConnected() {
    connected = false;

    assertThatThrownBy(() -> relay.open(NODE, NAME, new LogRelay.Wish(null, 10, false)))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo("NODE_NOT_CONNECTED"))
        .hasMessageContaining("pullcord why a");
  }
}

package dev.pullcord.agent.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.channel.LogLines;
import org.junit.jupiter.api.Test;

class LogSenderTest {
  private static final int MAX = LogLines.MAX_CHARACTERS;

  @Test
  void aShortTextIsOnePiece() {
    assertThat(LogSender.end("one\ntwo\n", 0)).isEqualTo(8);
    assertThat(LogSender.end("", 0)).isZero();
  }

  @Test
  void aPieceEndsAfterALine() {
    String text = "x".repeat(MAX - 10) + "\n" + "y".repeat(20) + "\n";

    assertThat(LogSender.end(text, 0)).isEqualTo(MAX - 9);
    assertThat(LogSender.end(text, MAX - 9)).isEqualTo(text.length());
  }

  @Test
  void aLineLongerThanAPieceIsCutBetweenCharacters() {
    String text = "x".repeat(MAX - 1) + "\uD83D\uDE00" + "y";

    assertThat(LogSender.end(text, 0)).isEqualTo(MAX - 1);
    assertThat(LogSender.end(text, MAX - 1)).isEqualTo(text.length());
  }
}

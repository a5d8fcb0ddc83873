package dev.pullcord.server.contact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.store.NodeContact.Speaker;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each case is a story of one key: who was heard of at which second. */
class SpeakersTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static Speaker speaker(String start) {
    return new Speaker(start, "host-" + start, "10.0.0.1", "boot-" + start, "machine");
  }

  private static boolean alarmed(String story) {
    Speakers speakers = new Speakers();
    boolean alarm = false;
    for (String word : story.split(" ")) {
      Instant at = START.plusSeconds(Long.parseLong(word.substring(1)));
      alarm |= speakers.heard(speaker(word.substring(0, 1)), at).isPresent();
    }
    return alarm;
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "one agent, a0 a15 a30 a45",
    "restarted, a0 a15 b20 b35 b50",
    "restarted quickly while a request was on its way, a0 b5 a6 b7 b20 b35",
    "restarted again and again, a0 b5 c10 d15 e20 f25 g30 h35 i40 j45 j60",
    "back to a snapshot of its memory, a0 a15 b30 b45 a60 a75 a90 a105",
    "back to a snapshot and restarted, a0 b30 b45 a60 a75 c80 c95",
    "back to a snapshot long after, a0 b30 a60 a75 a90 a300 b301 b320"
  })
  void oneHostIsNoAlarm(String what, String story) {
    assertThat(alarmed(story)).as(what).isFalse();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "a copy starts later, a0 a15 b20 a30 b35",
    "both start at once, a0 b1 a2 b3 a15 b16 a30 b31",
    "a copy that reports at once, a0 b20 a24 b25",
    "the original restarts meanwhile, a0 b20 c25 b35 c40 b50",
    "a third one, a0 b20 c21 a30 b31 c32"
  })
  void twoThatLiveAreAnAlarm(String what, String story) {
    assertThat(alarmed(story)).as(what).isTrue();
  }
}

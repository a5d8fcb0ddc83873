package dev.pullcord.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AgesTest {
  private final Instant now = Instant.parse("2026-01-01T12:00:00Z");

  @Test
  void saysHowLongAgo() {
    assertThat(Ages.ago(null, now)).isEqualTo("-");
    assertThat(Ages.ago(now, now)).isEqualTo("just now");
    assertThat(Ages.ago(now.minusMillis(2900), now)).isEqualTo("2s ago");
    assertThat(Ages.ago(now.minus(Duration.ofMinutes(65)), now)).isEqualTo("1h 5m ago");
  }

  @Test
  void takesAClockThatIsAheadALittleForNow() {
    assertThat(Ages.ago(now.plusSeconds(4), now)).isEqualTo("just now");
    assertThat(Ages.ago(now.plusSeconds(40), now)).isEqualTo("in 40s");
  }

  @Test
  void saysHowLongUntil() {
    assertThat(Ages.in(now.plusSeconds(7200), now)).isEqualTo("in 2h");
    assertThat(Ages.in(now, now)).isEqualTo("over");
    assertThat(Ages.in(now.plusSeconds(3599), now)).isEqualTo("in 1h");
    assertThat(Ages.in(now.plusSeconds(299), now)).isEqualTo("in 5m");
    assertThat(Ages.in(now.plusSeconds(59), now)).isEqualTo("in 59s");
  }
}

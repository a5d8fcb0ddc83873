package dev.pullcord.server.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.security.Principal;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SessionsTest {
  private static final Principal ROSA = new Principal("rosa", Principal.Role.OPERATOR);

  private Instant now = Nodes.NOW;
  private final Sessions sessions = new Sessions(() -> now);

  @Test
  void aSessionEndsTwelveHoursAfterItBegan() {
    String id = sessions.begin(ROSA);
    now = now.plus(Sessions.LIFE).minusMillis(1);
    assertThat(sessions.find(id)).contains(ROSA);
    now = now.plusMillis(1);
    assertThat(sessions.find(id)).isEmpty();
  }

  @Test
  void aSessionEndsWhenItsPersonSignsOut() {
    String id = sessions.begin(ROSA);
    String other = sessions.begin(ROSA);
    sessions.end(id);
    assertThat(sessions.find(id)).isEmpty();
    assertThat(sessions.find(other)).contains(ROSA);
  }

  @Test
  void nobodyIsFoundUnderAnIdThatWasNotGiven() {
    assertThat(sessions.find("")).isEmpty();
    assertThat(sessions.find(Sessions.random())).isEmpty();
  }

  @Test
  void overTheBoundTheOldestGoes() {
    String first = sessions.begin(ROSA);
    String second = sessions.begin(ROSA);
    for (int i = 2; i < Sessions.SESSIONS_MAX + 1; i++) {
      now = now.plus(Duration.ofSeconds(1));
      sessions.begin(ROSA);
    }
    assertThat(sessions.find(first)).isEmpty();
    assertThat(sessions.find(second)).contains(ROSA);
  }
}

package dev.pullcord.server.dashboard.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.dashboard.Nodes;
import dev.pullcord.server.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class BrowserSessionsTest {
  private static final Principal ROSA = new Principal("rosa", Principal.Role.OPERATOR);

  private Instant now = Nodes.NOW;
  private final BrowserSessions sessions = new BrowserSessions(() -> now, SessionKeeper.NONE);

  @Test
  void aSessionEndsTwelveHoursAfterItBegan() {
    Instant began = now;
    String id = sessions.begin(ROSA, () -> true, null);
    while (now.isBefore(began.plus(BrowserSessions.LIFE))) {
      assertThat(sessions.find(id)).contains(ROSA);
      now = now.plus(Duration.ofHours(1));
    }
    assertThat(sessions.find(id)).isEmpty();
  }

  @Test
  void theSessionOfAScreenOnAWallLastsUntilItsTokenEnds() {
    AtomicBoolean works = new AtomicBoolean(true);
    Principal hall = new Principal("hall", Principal.Role.WALL);
    String id = sessions.begin(hall, works::get, null);
    now = now.plus(Duration.ofDays(399));
    assertThat(sessions.find(id)).contains(hall);
    works.set(false);
    assertThat(sessions.find(id)).isEmpty();
  }

  @Test
  void aSessionEndsWhenNobodyUsesIt() {
    String id = sessions.begin(ROSA, () -> true, null);
    now = now.plus(BrowserSessions.IDLE).minusMillis(1);
    assertThat(sessions.find(id)).contains(ROSA);
    now = now.plus(BrowserSessions.IDLE);
    assertThat(sessions.find(id)).isEmpty();
  }

  @Test
  void aSessionEndsWithTheTokenThatBeganIt() {
    AtomicBoolean works = new AtomicBoolean(true);
    String id = sessions.begin(ROSA, works::get, null);
    assertThat(sessions.find(id)).contains(ROSA);
    works.set(false);
    assertThat(sessions.find(id)).isEmpty();
  }

  @Test
  void somebodySignsOutEverywhere() {
    String one = sessions.begin(ROSA, () -> true, null);
    String other = sessions.begin(ROSA, () -> true, null);
    assertThat(sessions.endAll("rosa")).isEqualTo(2);
    assertThat(sessions.find(one)).isEmpty();
    assertThat(sessions.find(other)).isEmpty();
  }

  @Test
  void aWordIsSaidOnce() {
    String id = sessions.begin(ROSA, () -> true, null);
    sessions.tell(id, new BrowserSessions.Note(true, "done"));
    assertThat(sessions.takeNote(id)).isEqualTo(new BrowserSessions.Note(true, "done"));
    assertThat(sessions.takeNote(id)).isNull();
  }

  @Test
  void aSessionEndsWhenItsPersonSignsOut() {
    String id = sessions.begin(ROSA, () -> true, null);
    String other = sessions.begin(ROSA, () -> true, null);
    sessions.end(id);
    assertThat(sessions.find(id)).isEmpty();
    assertThat(sessions.find(other)).contains(ROSA);
  }

  @Test
  void nobodyIsFoundUnderAnIdThatWasNotGiven() {
    assertThat(sessions.find("")).isEmpty();
    assertThat(sessions.find(BrowserSessions.random())).isEmpty();
  }

  @Test
  void overTheBoundTheOldestGoes() {
    String first = sessions.begin(ROSA, () -> true, null);
    String second = sessions.begin(ROSA, () -> true, null);
    for (int i = 2; i < BrowserSessions.SESSIONS_MAX + 1; i++) {
      now = now.plus(Duration.ofSeconds(1));
      sessions.begin(ROSA, () -> true, null);
    }
    assertThat(sessions.find(first)).isEmpty();
    assertThat(sessions.find(second)).contains(ROSA);
  }
}

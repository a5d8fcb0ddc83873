package dev.pullcord.server.dashboard.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.dashboard.Nodes;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.security.token.Secrets;
import dev.pullcord.server.store.SessionTable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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

  private void begin(int count, Principal who) {
    for (int i = 0; i < count; i++) {
      now = now.plusMillis(1);
      sessions.begin(who, () -> true, null);
    }
  }

  private static Principal person(String name) {
    return new Principal(name, Principal.Role.VIEWER);
  }

  @Test
  void overTheBoundOfAnOwnerTheOldestOfTheirsGoes() {
    String first = sessions.begin(ROSA, () -> true, null);
    String second = sessions.begin(ROSA, () -> true, null);
    begin(BrowserSessions.SESSIONS_OF_OWNER_MAX - 1, ROSA);
    assertThat(sessions.find(first)).isEmpty();
    assertThat(sessions.find(second)).contains(ROSA);
  }

  @Test
  void aScriptThatKeepsNoCookieSignsNobodyElseOut() {
    String rosa = sessions.begin(ROSA, () -> true, null);
    begin(BrowserSessions.SESSIONS_MAX + 1, person("kiosk"));
    assertThat(sessions.find(rosa)).contains(ROSA);
    assertThat(sessions.of("kiosk", "")).hasSize(BrowserSessions.SESSIONS_OF_OWNER_MAX);
  }

  @Test
  void overTheWholeBoundTheOldestOfWhoeverHasTheMostGoes() {
    int each = BrowserSessions.SESSIONS_OF_OWNER_MAX;
    String rosa = sessions.begin(ROSA, () -> true, null);
    String most = sessions.begin(person("p-0"), () -> true, null);
    begin(each - 1, person("p-0"));
    int others = BrowserSessions.SESSIONS_MAX - each - 1;
    for (int i = 0; i < others; i++) {
      begin(1, person("p-" + (1 + i / (each - 1))));
    }
    assertThat(sessions.find(most)).contains(person("p-0"));
    begin(1, person("last"));
    assertThat(sessions.find(rosa)).contains(ROSA);
    assertThat(sessions.find(most)).isEmpty();
  }

  /** A store whose disk is slow: it takes one session, and no more before it is let go. */
  private static final class SlowKeeper implements SessionKeeper {
    final CountDownLatch asked = new CountDownLatch(1);
    final CountDownLatch goesOn = new CountDownLatch(1);
    final List<String> told = new CopyOnWriteArrayList<>();

    @Override
    public void put(SessionTable.StoredSession session) {
      asked.countDown();
      try {
        goesOn.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      told.add("put " + session.idHash());
    }

    @Override
    public void remove(String idHash) {
      told.add("remove " + idHash);
    }

    @Override
    public Map<SessionTable.StoredSession, Principal> kept() {
      return Map.of();
    }

    @Override
    public Optional<Principal> owner(String tokenId) {
      return Optional.empty();
    }
  }

  @Test
  @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aStoreThatIsSlowKeepsNoPageOfAnybodyElseWaiting() throws Exception {
    SlowKeeper slow = new SlowKeeper();
    BrowserSessions kept = new BrowserSessions(() -> now, slow);
    String rosa = kept.begin(ROSA, () -> true, null);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> hall = threads.submit(() -> kept.begin(person("hall"), () -> true, "t1"));
      slow.asked.await();
      assertThat(threads.submit(() -> kept.find(rosa)).get()).contains(ROSA);
      Future<Integer> ended = threads.submit(() -> kept.endAll("hall"));
      slow.goesOn.countDown();
      assertThat(ended.get()).isEqualTo(1);
      String hash = Secrets.hash(hall.get());
      assertThat(slow.told).containsExactly("put " + hash, "remove " + hash);
    }
  }
}

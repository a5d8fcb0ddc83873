package dev.pullcord.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.testkit.Eventually;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EventBellTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  /** Stands still, so that only the bell can end a wait before its time. */
  private final AtomicLong nanos = new AtomicLong();

  private EventBell bell(ScriptedServer server) {
    ServerCredentials access = new ServerCredentials(server.url(), ScriptedServer.TOKEN, null);
    return new ServerClient(access, nanos::get).bell();
  }

  @Test
  void isRungByTheOpeningOfTheStreamAndByEachEvent() throws Exception {
    try (ScriptedServer server = new ScriptedServer();
        EventBell bell = bell(server)) {
      Eventually.within(LONG)
          .isTrue("the stream is open", () -> opened(server, bell, Duration.ofMillis(1)));
      server.ring();
      assertThat(bell.await(LONG)).isTrue();
      assertThat(bell.await(Duration.ofMillis(1))).as("nothing new").isFalse();
    }
  }

  private static boolean opened(ScriptedServer server, EventBell bell, Duration pause) {
    try {
      return bell.await(pause) && server.listeners() == 1;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void asksToLookAfterASecondWhereThereIsNoStream() throws Exception {
    ScriptedServer server = new ScriptedServer();
    server.close();
    try (EventBell bell = bell(server)) {
      assertThat(bell.await(Duration.ZERO)).isFalse();
      nanos.addAndGet(Duration.ofSeconds(1).toNanos());
      assertThat(bell.await(LONG)).isTrue();
    }
  }

  @Test
  void isWokenForGood() throws Exception {
    try (ScriptedServer server = new ScriptedServer();
        EventBell bell = bell(server)) {
      bell.wake();
      assertThat(bell.await(LONG)).isTrue();
      bell.pause(LONG); // returns at once
    }
  }
}

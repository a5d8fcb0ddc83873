package dev.pullcord.server.security.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class OpenRequestsTest {
  private long now;
  private final OpenRequests open = new OpenRequests(() -> now);
  private final AtomicBoolean allowed = new AtomicBoolean(true);
  private final AtomicBoolean cut = new AtomicBoolean();

  private OpenRequests.Standing enter() {
    return open.enter("/api/v1/events", allowed::get, Duration.ofMillis(300), () -> cut.set(true));
  }

  private void pass(long millis) {
    now += Duration.ofMillis(millis).toNanos();
    open.look();
  }

  @Test
  void oneThatDoesNotEndByItselfIsCutOff() {
    OpenRequests.Standing standing = enter();
    pass(200);
    assertThat(standing.goesOn()).isTrue();
    allowed.set(false);
    assertThat(standing.goesOn()).isFalse();
    pass(200);
    pass(200);
    assertThat(cut).isFalse();
    pass(200);
    assertThat(cut).isTrue();
  }

  @Test
  void oneThatEndedIsLeftAlone() {
    OpenRequests.Standing standing = enter();
    allowed.set(false);
    pass(200);
    standing.close();
    pass(1000);
    assertThat(cut).isFalse();
  }

  @Test
  void whoWasRefusedOnceDoesNotComeBack() {
    OpenRequests.Standing standing = enter();
    allowed.set(false);
    pass(200);
    allowed.set(true);
    assertThat(standing.goesOn()).isFalse();
  }
}

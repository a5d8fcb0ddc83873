package dev.pullcord.agent.main;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.fake.FakeClock;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.testkit.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PollScheduleTest {
  private static final Eventually SOON = Eventually.within(Duration.ofSeconds(60));
  private final AtomicInteger polls = new AtomicInteger();

  private PollSchedule schedule(Duration every, HostClock clock, Runnable poll) {
    return new PollSchedule(every, clock, new SplittableRandom(1), poll, () -> {});
  }

  @Test
  void pollsAgainAndAgain() {
    try (PollSchedule schedule =
        schedule(Duration.ofMillis(50), HostClock.system(), polls::incrementAndGet)) {
      schedule.start();

      SOON.isTrue("three polls", () -> polls.get() >= 3);
    }
  }

  @Test
  void goesOnAfterAPollThatFailed() {
    Runnable failing =
        () -> {
          polls.incrementAndGet();
          throw new IllegalStateException("a bug");
        };
    try (PollSchedule schedule = schedule(Duration.ofMillis(50), HostClock.system(), failing)) {
      schedule.start();

      SOON.isTrue("three polls", () -> polls.get() >= 3);
    }
  }

  @Test
  void doesNotPollBeforeItsTime() {
    try (PollSchedule schedule =
        schedule(Duration.ofHours(1), HostClock.system(), polls::incrementAndGet)) {
      schedule.start();
      schedule.watch();

      assertThat(polls).hasValue(0);
    }
  }

  @Test
  void pollsAtOnceWhenTheWallClockHasJumpedBackSoThatNothingIsEverDue() {
    FakeClock clock = new FakeClock();
    // Quartz goes by the host's wall clock: to it, this next poll is years away.
    clock.manual().jump(Duration.between(clock.now(), Instant.now()).plusDays(3650));
    try (PollSchedule schedule = schedule(Duration.ofSeconds(60), clock, polls::incrementAndGet)) {
      schedule.start();
      clock.manual().jump(Duration.ofDays(-3650).minusSeconds(121));
      clock.manual().advance(Duration.ofSeconds(121));
      assertThat(polls).hasValue(0);

      schedule.watch();

      SOON.isTrue("a poll", () -> polls.get() == 1);
    }
  }
}

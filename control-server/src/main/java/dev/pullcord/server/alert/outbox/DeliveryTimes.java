package dev.pullcord.server.alert.outbox;

import dev.pullcord.server.store.OutboxTable;
import dev.pullcord.server.store.OutboxTable.Trial;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** When a message is tried again, and when it is given up; pure. */
final class DeliveryTimes {
  static final Duration GIVE_UP_AFTER = Duration.ofDays(1);

  private static final Duration FIRST = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofMinutes(30);
  private static final Duration RETRY_AFTER_MAX = Duration.ofHours(6);
  private static final int DOUBLINGS_MAX = 10;

  private DeliveryTimes() {}

  static Trial first(Instant now) {
    return new Trial(OutboxTable.State.WAITING, 0, now, now.plus(GIVE_UP_AFTER), "", null);
  }

  static Trial after(Trial before, Delivery delivery, Instant now) {
    int tries = before.tries() + 1;
    return switch (delivery) {
      case Delivery.Done done ->
          new Trial(OutboxTable.State.DELIVERED, tries, now, before.until(), done.note(), now);
      case Delivery.Refused refused ->
          new Trial(OutboxTable.State.GIVEN_UP, tries, now, before.until(), refused.reason(), now);
      case Delivery.Later later when now.isBefore(before.until()) ->
          new Trial(
              OutboxTable.State.WAITING,
              tries,
              now.plus(pause(tries, later.retryAfter())),
              before.until(),
              later.reason(),
              null);
      case Delivery.Later later ->
          new Trial(OutboxTable.State.GIVEN_UP, tries, now, before.until(), later.reason(), now);
    };
  }

  private static Duration pause(int tries, Duration asked) {
    Duration own = FIRST.multipliedBy(1L << Math.min(tries - 1, DOUBLINGS_MAX));
    Duration bounded = own.compareTo(LONGEST) < 0 ? own : LONGEST;
    Duration wanted = asked.compareTo(RETRY_AFTER_MAX) < 0 ? asked : RETRY_AFTER_MAX;
    return bounded.compareTo(wanted) < 0 ? wanted : bounded;
  }

  /** How long until it is due; a wall clock that was set back does not keep it for longer. */
  static Duration untilDue(Trial trial, Instant now) {
    long millis = now.until(trial.nextAt(), ChronoUnit.MILLIS);
    return millis > RETRY_AFTER_MAX.toMillis()
        ? Duration.ZERO
        : Duration.ofMillis(Math.max(0, millis));
  }
}

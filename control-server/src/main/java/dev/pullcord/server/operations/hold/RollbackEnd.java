package dev.pullcord.server.operations.hold;

import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.protocol.unit.OrderLength;
import dev.pullcord.server.operations.OrderChecks;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads when a rollback is to end by itself: after a length of time, or at a moment. */
final class RollbackEnd {
  private RollbackEnd() {}

  /** Null for a rollback that lasts until the next push. */
  static @Nullable Instant read(@Nullable String text, Instant now) {
    if (text == null || text.isBlank()) {
      return null;
    }
    try {
      Instant end = moment(text, now);
      if (end.isAfter(now) && !end.isAfter(now.plus(OrderLength.MOST))) {
        return end;
      }
    } catch (DateTimeException | ArithmeticException _) {
      // Said below.
    }
    throw OrderChecks.malformed(
        "until",
        "until: "
            + Quoted.of(text)
            + " is no time within "
            + Durations.format(OrderLength.MOST)
            + " from now; 2h or 2026-11-30T08:00:00Z expected");
  }

  private static Instant moment(String text, Instant now) {
    Duration length;
    try {
      length = Durations.parse(text);
    } catch (IllegalArgumentException _) {
      return Instant.parse(text);
    }
    return now.plus(length);
  }
}

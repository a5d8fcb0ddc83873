package dev.pullcord.server.operations.hold;

import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.server.operations.OrderChecks;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads when a rollback is to end by itself: after a length of time, or at a moment. */
final class RollbackEnd {
  private RollbackEnd() {}

  /** Null for a rollback that lasts until the next push. */
  static @Nullable Instant read(@Nullable String text, Instant now) {
    if (text == null || text.isBlank()) {
      return null;
    }
    Optional<Instant> until = Optional.empty();
    try {
      until = Optional.of(now.plus(Durations.parse(text)));
    } catch (IllegalArgumentException _) {
      // Not a length; a moment then.
    }
    try {
      Instant end = until.isPresent() ? until.get() : Instant.parse(text);
      if (end.isAfter(now)) {
        return end;
      }
    } catch (DateTimeException _) {
      // Said below.
    }
    throw OrderChecks.malformed(
        "until",
        "until: " + Quoted.of(text) + " is no time to come; 2h or 2026-11-30T08:00:00Z expected");
  }
}

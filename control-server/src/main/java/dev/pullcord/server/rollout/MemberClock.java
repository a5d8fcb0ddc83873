package dev.pullcord.server.rollout;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The time that a node which was given the commit has used up. It stands still while the node is
 * away or held, for what it could not begin with is not late, and while it runs the commit well.
 *
 * @param since from when its time counts; later than it was given the commit by what it stood still
 * @param stoppedAt since when it stands still; null while it runs
 */
public record MemberClock(Instant since, @Nullable Instant stoppedAt) {
  private static final String BOTH = "/";

  /** One that runs from then on. */
  public static MemberClock from(Instant since) {
    return new MemberClock(since, null);
  }

  /** It stands still from then on, if it did not before. */
  MemberClock stopped(Instant at) {
    return stoppedAt == null ? new MemberClock(since, at.isBefore(since) ? since : at) : this;
  }

  /** Whether it ran until then, after it had begun to run. */
  boolean ranUntil(Instant then) {
    return stoppedAt == null || (stoppedAt.isAfter(since) && !stoppedAt.isBefore(then));
  }

  MemberClock running(Instant now) {
    return stoppedAt == null ? this : from(since.plus(Duration.between(stoppedAt, now)));
  }

  /** As the store has it: one moment, or two while it stands still. */
  @JsonCreator
  static MemberClock of(String text) {
    int both = text.indexOf(BOTH);
    return both < 0
        ? from(Instant.parse(text))
        : new MemberClock(
            Instant.parse(text.substring(0, both)), Instant.parse(text.substring(both + 1)));
  }

  /** For {@link #of}. */
  @JsonValue
  String text() {
    return stoppedAt == null ? since.toString() : since + BOTH + stoppedAt;
  }
}

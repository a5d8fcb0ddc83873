package dev.pullcord.agent.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What came of a request to the server. Sealed, so that the caller has to look.
 *
 * @param <T> the body that was hoped for
 */
public sealed interface Answer<T> {
  /**
   * The server did what was asked.
   *
   * @param value the body
   * @param <T> its type
   */
  record Value<T>(T value) implements Answer<T> {}

  /**
   * A Pullcord server said no.
   *
   * @param status of HTTP
   * @param code the server's own stable word, {@code NODE_UNKNOWN}
   * @param detail in its words; control characters are escaped
   * @param retryAfter when it wants to be asked again, at most ten minutes
   * @param <T> the body that was hoped for
   */
  record Refused<T>(int status, String code, String detail, @Nullable Duration retryAfter)
      implements Answer<T> {}

  /**
   * No server was reached, or what answered is not ours.
   *
   * @param why so that callers can tell the cases apart
   * @param reason one line for people, which names the address
   * @param <T> the body that was hoped for
   */
  record Failed<T>(Why why, String reason) implements Answer<T> {}

  /** The kinds of {@link Failed}. */
  enum Why {
    /** No connection, or it broke. */
    UNREACHABLE,
    /** Not within the time. */
    TIMEOUT,
    /** The key is not the pinned one; nothing was sent. */
    PIN_MISMATCH,
    /** A captive portal, a proxy, another program. */
    NOT_PULLCORD,
    /** It sent us elsewhere, and an agent goes nowhere else. */
    REDIRECT,
    /** The body went over the limit and was cut. */
    TOO_LARGE
  }

  /** The value, or null where there is none. */
  default @Nullable T orNull() {
    return this instanceof Value<T>(T value) ? value : null;
  }

  /** One line for people: why there is no value. */
  default String problem() {
    return switch (this) {
      case Value<T> _ -> "";
      case Refused<T> no -> no.code() + "  " + no.detail();
      case Failed<T> failed -> failed.reason();
    };
  }
}

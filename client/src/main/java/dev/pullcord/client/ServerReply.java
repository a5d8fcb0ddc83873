package dev.pullcord.client;

import dev.pullcord.protocol.error.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * How a request ended; whoever asks has to look.
 *
 * @param <T> what was asked for
 */
public sealed interface ServerReply<T> {
  /**
   * The value, for callers that have nothing else to do. A refusal is an {@link
   * IllegalStateException} with the server's words, a server that does not answer an {@link
   * UncheckedIOException}.
   */
  default T orThrow() {
    return switch (this) {
      case Got<T>(T value) -> value;
      case Refused<T>(Problem problem, ServerUrl server) ->
          throw new IllegalStateException(server + " refused: " + problem);
      case Strange<T>(String what) -> throw new UncheckedIOException(new IOException(what));
      case Unreachable<T>(String why) -> throw new UncheckedIOException(new IOException(why));
    };
  }

  /** The server's words, if it said no. */
  default Optional<Problem> refusal() {
    return this instanceof Refused<T>(Problem problem, _) ? Optional.of(problem) : Optional.empty();
  }

  /**
   * It worked.
   *
   * @param value the answer
   * @param <T> what was asked for
   */
  record Got<T>(T value) implements ServerReply<T> {}

  /**
   * The server said no, or that it failed.
   *
   * @param problem its own words
   * @param server who said it
   * @param <T> what was asked for
   */
  record Refused<T>(Problem problem, ServerUrl server) implements ServerReply<T> {}

  /**
   * Something answered that does not speak as a Pullcord server does.
   *
   * @param what it said instead, in a few words
   * @param <T> what was asked for
   */
  record Strange<T>(String what) implements ServerReply<T> {}

  /**
   * Nobody answered.
   *
   * @param why in a few words
   * @param <T> what was asked for
   */
  record Unreachable<T>(String why) implements ServerReply<T> {}
}

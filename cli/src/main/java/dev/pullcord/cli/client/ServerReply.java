package dev.pullcord.cli.client;

import dev.pullcord.protocol.error.Problem;

/**
 * How a request ended; whoever asks has to look.
 *
 * @param <T> what was asked for
 */
public sealed interface ServerReply<T> {
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

package dev.pullcord.protocol.manifest;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A way to ask a worker whether it is well. */
public sealed interface HealthCheck {
  /**
   * A command that ends with 0.
   *
   * @param command its own timeout is at most the deadline
   */
  record Run(CommandSpec command) implements HealthCheck {}

  /**
   * An HTTP answer of the worker, asked on the node itself. A redirect is an answer like any other.
   *
   * @param url on loopback, as {@code LoopbackReader} has checked it
   * @param status the only good one; null for any from 200 to 299
   * @param body a text that the answer has to have, with {@code {commit}} and {@code {generation}}
   *     put in; null when it does not matter
   * @param timeout of one try, from the connection to the last that is read
   */
  record Http(String url, @Nullable Integer status, @Nullable String body, Duration timeout)
      implements HealthCheck {}

  /**
   * A connection that is accepted on the node itself.
   *
   * @param host a loopback address, or {@code localhost}
   * @param port 1 to 65535
   * @param timeout of one try
   */
  record Tcp(String host, int port, Duration timeout) implements HealthCheck {}

  /** What the worker's kind knows of it anyway. */
  record OwnProof() implements HealthCheck {}
}

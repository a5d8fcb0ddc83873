package dev.pullcord.server.alert.outbox;

import java.time.Duration;

/** What came of one try to deliver a message. */
public sealed interface Delivery {
  /** The receiver has it. */
  record Done() implements Delivery {}

  /**
   * The receiver may take it another time.
   *
   * @param reason one line, without secrets
   * @param retryAfter when the receiver wants to be asked again, at the earliest; zero for any time
   */
  record Later(String reason, Duration retryAfter) implements Delivery {
    /** At any later time. */
    public Later(String reason) {
      this(reason, Duration.ZERO);
    }
  }

  /**
   * The receiver will never take this message.
   *
   * @param reason one line, without secrets
   */
  record Refused(String reason) implements Delivery {}
}

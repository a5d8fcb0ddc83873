package dev.pullcord.server.alert.outbox;

import java.time.Duration;

/** What came of one try to deliver a message. */
public sealed interface Delivery {
  /**
   * The receiver has it.
   *
   * @param note whom of several it did not reach, in one line without secrets; empty for nobody
   */
  record Done(String note) implements Delivery {
    /** It reached all. */
    public Done() {
      this("");
    }
  }

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

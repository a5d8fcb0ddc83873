package dev.pullcord.agent.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.agent.fake.FakeDecisions;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

class InterruptionsTest {
  private final Interruptions interruptions = new Interruptions(new FakeDecisions());

  @Test
  void aRetryThatTheDiskDoesNotTakeIsStillAskedFor() {
    interruptions.askRetry();

    assertThatThrownBy(() ->
            interruptions.serveRetry(() -> {
              throw new UncheckedIOException(new IOException("No space left on device"));
            }))
        .isInstanceOf(UncheckedIOException.class);

    assertThat(interruptions.serveRetry(() -> {})).as("by the next pass").isTrue();
    assertThat(interruptions.serveRetry(() -> {})).as("once").isFalse();
  }
}

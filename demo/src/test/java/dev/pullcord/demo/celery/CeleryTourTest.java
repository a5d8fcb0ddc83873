package dev.pullcord.demo.celery;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class CeleryTourTest {
  @Test
  void aLongJobThatFailedIsAFailureOfTheDemoAndNotOfTheProgram() {
    CompletableFuture<Void> jobs =
        CompletableFuture.runAsync(() -> {
          throw new IllegalStateException("gather exited 1");
        });
    assertThatThrownBy(() -> CeleryTour.ended(jobs))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("gather exited 1");
  }
}

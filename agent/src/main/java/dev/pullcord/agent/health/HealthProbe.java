package dev.pullcord.agent.health;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Asks a worker once. */
interface HealthProbe {
  /** What one try found. */
  sealed interface Attempt {
    /** What was said, for the transcript. */
    String output();

    /**
     * The worker is well.
     *
     * @param output what was said
     */
    record Passed(String output) implements Attempt {}

    /**
     * It is not, or not yet.
     *
     * @param how what was asked and what came, in one line
     * @param exitCode of a command that ended by itself
     * @param output what was said
     */
    record Failed(String how, @Nullable Integer exitCode, String output) implements Attempt {}

    /**
     * The try was cut short.
     *
     * @param output what was said
     */
    record CutShort(String output) implements Attempt {}

    /**
     * It cannot be asked, now or later.
     *
     * @param verdict whose fault that is
     */
    record Impossible(HealthVerdict verdict) implements Attempt {
      @Override
      public String output() {
        return verdict.output();
      }
    }
  }

  /** Asks; {@code pointless} is asked at least every 20 ms. */
  Attempt once(Duration atMost, BooleanSupplier pointless);
}

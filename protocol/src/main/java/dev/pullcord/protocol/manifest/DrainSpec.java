package dev.pullcord.protocol.manifest;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The manifest's {@code drain}: how many old generations of a worker may finish their work while a
 * newer one does the new.
 *
 * @param maxGenerations at most so many
 * @param whenFull what a newcomer does that would make one more
 * @param alertAfter how long one may take before it is said; null for ever
 * @param hook what tells one to take no more work before it is asked to end; null for nothing
 */
public record DrainSpec(
    int maxGenerations,
    WhenFull whenFull,
    @Nullable Duration alertAfter,
    @Nullable DrainHook hook) {
  /** Where the manifest says nothing. */
  public static final DrainSpec DEFAULT = new DrainSpec(8, WhenFull.WAIT, null);

  /** Without a hook. */
  public DrainSpec(int maxGenerations, WhenFull whenFull, @Nullable Duration alertAfter) {
    this(maxGenerations, whenFull, alertAfter, null);
  }

  /** What a newcomer does that would make one more. */
  public enum WhenFull {
    /** It waits until one has ended. */
    WAIT,
    /** The one that works is drained before the newcomer starts, this time. */
    STOP_START
  }
}

package dev.pullcord.protocol.manifest;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tells a worker of kind {@code process} to take no more work, and says whether it still holds any.
 * It is run again and again until the worker holds nothing; only then is the worker asked to end.
 *
 * @param command ends with 0 where the worker holds nothing, with {@link #BUSY} where it does
 * @param deadline after which the worker is asked to end all the same; null for never
 */
public record DrainHook(CommandSpec command, @Nullable Duration deadline) {
  /** What the command ends with while the worker still holds work: EX_TEMPFAIL of sysexits.h. */
  public static final int BUSY = 75;
}

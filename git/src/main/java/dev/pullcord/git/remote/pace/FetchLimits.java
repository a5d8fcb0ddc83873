package dev.pullcord.git.remote.pace;

import java.time.Duration;

/**
 * How slow a remote may be. Only the time that we wait for it counts, and not what we do ourselves.
 *
 * @param silence so long nothing may come; whole seconds
 * @param window in each such time there have to come {@code leastBytes}
 * @param leastBytes counted as they are on the wire
 * @param total so long we wait for one look or one fetch altogether
 */
public record FetchLimits(Duration silence, Duration window, long leastBytes, Duration total) {
  /** A host that counts its objects for minutes sends keep-alives, and is not given up for that. */
  public static final FetchLimits USUAL =
      new FetchLimits(Duration.ofMinutes(1), Duration.ofMinutes(5), 64 << 10, Duration.ofHours(2));
}

package dev.pullcord.benchmarks.simulation;

import java.util.Arrays;
import java.util.Locale;

/**
 * When the nodes of a push got so far, in seconds after the ref had moved on the server.
 *
 * @param count how many did
 * @param p50 the median
 * @param p99 so that one of a hundred came later
 * @param last the last one
 */
record Spread(int count, double p50, double p99, double last) {
  private static final double MILLIS = 1000;

  /** Of times in milliseconds; negative ones did not happen. */
  static Spread of(double[] millis) {
    double[] sorted = Arrays.stream(millis).filter(m -> m >= 0).sorted().toArray();
    return sorted.length == 0
        ? new Spread(0, 0, 0, 0)
        : new Spread(
            sorted.length, at(sorted, 0.5), at(sorted, 0.99), sorted[sorted.length - 1] / MILLIS);
  }

  private static double at(double[] sorted, double part) {
    int index = (int) Math.ceil(part * sorted.length) - 1;
    return sorted[Math.max(0, index)] / MILLIS;
  }

  /** {@code p50 0.031 s p99 0.120 s last 0.150 s (1000)}. */
  String text() {
    return String.format(
        Locale.ROOT, "p50 %7.3f s   p99 %7.3f s   last %7.3f s   (%d)", p50, p99, last, count);
  }
}

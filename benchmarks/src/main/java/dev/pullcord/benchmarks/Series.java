package dev.pullcord.benchmarks;

import java.util.List;
import java.util.Locale;

/**
 * Times of the same work, in milliseconds, in the order they were taken.
 *
 * @param millis at least one
 */
record Series(List<Double> millis) {
  /** Copies. */
  Series {
    millis = List.copyOf(millis);
    if (millis.isEmpty()) {
      throw new IllegalArgumentException("millis is empty");
    }
  }

  double first() {
    return millis.getFirst();
  }

  /** The series without its first, which pays for what is cold. */
  Series warm() {
    return new Series(millis.subList(1, millis.size()));
  }

  double median() {
    List<Double> sorted = millis.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  /** {@code 0.143 s (0.131–0.190)}: the median and the range. */
  String text() {
    double least = millis.stream().mapToDouble(d -> d).min().orElseThrow();
    double most = millis.stream().mapToDouble(d -> d).max().orElseThrow();
    return String.format(
        Locale.ROOT, "%.3f s (%.3f–%.3f)", median() / 1000, least / 1000, most / 1000);
  }
}

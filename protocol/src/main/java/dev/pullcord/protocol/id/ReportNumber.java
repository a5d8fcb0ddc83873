package dev.pullcord.protocol.id;

import java.util.Comparator;

/**
 * The place of a report in a node's history.
 *
 * @param epoch issued by the server at each start of an agent, from 1; a restored or rebuilt node
 *     gets a new one, so its first report is never taken for an old one
 * @param n counts within the epoch, from 1; a repeated one changes nothing
 */
public record ReportNumber(long epoch, long n) implements Comparable<ReportNumber> {
  private static final Comparator<ReportNumber> ORDER =
      Comparator.comparingLong(ReportNumber::epoch).thenComparingLong(ReportNumber::n);

  /** Refuses numbers below 1. */
  public ReportNumber {
    if (epoch < 1 || n < 1) {
      throw new IllegalArgumentException("report number " + epoch + "." + n + " is below 1.1");
    }
  }

  @Override
  public int compareTo(ReportNumber other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return epoch + "." + n;
  }
}

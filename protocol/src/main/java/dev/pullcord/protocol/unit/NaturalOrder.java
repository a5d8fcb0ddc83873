package dev.pullcord.protocol.unit;

import java.util.Comparator;

/** Names in the order in which people count: {@code web-2} before {@code web-10}. */
public final class NaturalOrder {
  /** Equal only where the names are. */
  public static final Comparator<String> OF_NAMES =
      ((Comparator<String>) NaturalOrder::compare).thenComparing(Comparator.naturalOrder());

  private NaturalOrder() {}

  /**
   * A text that is in this order where texts are compared letter by letter: each number has its
   * length before it.
   */
  public static String key(String name) {
    StringBuilder key = new StringBuilder(name.length() + 8);
    int at = 0;
    while (at < name.length()) {
      if (!isDigit(name.charAt(at))) {
        key.append(name.charAt(at++));
        continue;
      }
      int end = end(name, at);
      int from = withoutZeros(name, at, end);
      int digits = end - from;
      key.append(digits < 10 ? "00" : digits < 100 ? "0" : "").append(digits);
      key.append(name, from, end);
      at = end;
    }
    return key.toString();
  }

  /** By the same order as the keys, without making them. */
  private static int compare(String left, String right) {
    int l = 0;
    int r = 0;
    while (l < left.length() && r < right.length()) {
      if (isDigit(left.charAt(l)) && isDigit(right.charAt(r))) {
        int leftEnd = end(left, l);
        int rightEnd = end(right, r);
        int order =
            numbers(
                left,
                withoutZeros(left, l, leftEnd),
                leftEnd,
                right,
                withoutZeros(right, r, rightEnd),
                rightEnd);
        if (order != 0) {
          return order;
        }
        l = leftEnd;
        r = rightEnd;
      } else if (left.charAt(l) == right.charAt(r)) {
        l++;
        r++;
      } else {
        return Character.compare(left.charAt(l), right.charAt(r));
      }
    }
    return Integer.compare(left.length() - l, right.length() - r);
  }

  /** The longer one is the larger one; it may have more digits than a long. */
  private static int numbers(
      String left, int leftFrom, int leftEnd, String right, int rightFrom, int rightEnd) {
    int order = Integer.compare(leftEnd - leftFrom, rightEnd - rightFrom);
    for (int i = 0; order == 0 && leftFrom + i < leftEnd; i++) {
      order = Character.compare(left.charAt(leftFrom + i), right.charAt(rightFrom + i));
    }
    return order;
  }

  private static int end(String name, int from) {
    int end = from;
    while (end < name.length() && isDigit(name.charAt(end))) {
      end++;
    }
    return end;
  }

  private static int withoutZeros(String name, int from, int end) {
    int first = from;
    while (first < end && name.charAt(first) == '0') {
      first++;
    }
    return first;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}

package dev.pullcord.protocol.unit;

import java.util.Comparator;
import java.util.regex.Pattern;

/** Names in the order in which people count: {@code web-2} before {@code web-10}. */
public final class NaturalOrder {
  /** Equal only where the names are. */
  public static final Comparator<String> OF_NAMES =
      Comparator.comparing(NaturalOrder::key).thenComparing(Comparator.naturalOrder());

  private static final Pattern NUMBER = Pattern.compile("[0-9]+");
  private static final int DIGITS = 12;

  private NaturalOrder() {}

  /** A text that is in this order where texts are compared letter by letter. */
  public static String key(String name) {
    return NUMBER
        .matcher(name)
        .replaceAll(
            number -> "0".repeat(Math.max(0, DIGITS - number.group().length())) + number.group());
  }
}

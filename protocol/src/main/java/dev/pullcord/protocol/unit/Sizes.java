package dev.pullcord.protocol.unit;

import dev.pullcord.protocol.id.Quoted;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them: a whole number and one of {@code B KiB MiB GiB TiB}. */
public final class Sizes {
  private static final Pattern SHAPE = Pattern.compile("([0-9]{1,6})(B|KiB|MiB|GiB|TiB)");
  private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");

  private Sizes() {}

  /** Reads {@code 512B}, {@code 64MiB}, {@code 2GiB}, in bytes; nothing else. */
  public static long parse(String text) {
    Matcher matcher = SHAPE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          Quoted.of(text)
              + " is not a size: a number and a unit expected, like 512B, 64KiB, 64MiB or 2GiB");
    }
    return Long.parseLong(matcher.group(1)) << (10 * UNITS.indexOf(matcher.group(2)));
  }

  /** The shortest exact way to write it in that form. */
  public static String format(long bytes) {
    int unit = 0;
    long n = bytes;
    while (n != 0 && n % 1024 == 0 && unit < UNITS.size() - 1) {
      n /= 1024;
      unit++;
    }
    return n + UNITS.get(unit);
  }

  /** For reading, in one unit whatever the size: {@code 12.0 MiB}. */
  public static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f MiB", bytes / 1024.0 / 1024.0);
  }
}

package dev.pullcord.testkit;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Picks the rows of a large matrix that a run of the tests has time for. */
public final class Sampled {
  private Sampled() {}

  /**
   * The sample; all rows with {@code -Dpullcord.full=true}; those whose text matches with {@code
   * -Dpullcord.rows=REGEX}.
   */
  public static <T> List<T> of(List<T> sample, List<T> all) {
    String pattern = System.getProperty("pullcord.rows");
    if (pattern != null) {
      return all.stream().filter(row -> named(row, pattern)).toList();
    }
    return Boolean.getBoolean("pullcord.full") ? all : sample;
  }

  private static boolean named(@Nullable Object row, String pattern) {
    return Pattern.compile(pattern).matcher(String.valueOf(row)).find();
  }
}

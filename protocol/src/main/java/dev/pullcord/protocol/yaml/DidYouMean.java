package dev.pullcord.protocol.yaml;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Finds the word that was probably meant, by the number of single-letter mistakes. */
public final class DidYouMean {
  private static final int LONGEST = 64;
  private static final int MISTAKES_MAX = 2;
  private static final int LETTERS_PER_MISTAKE = 3;

  private DidYouMean() {}

  /** {@code "; did you mean health?"}, or nothing when no known word is near. */
  public static String of(String word, Collection<String> known) {
    if (word.length() > LONGEST) {
      return "";
    }
    String lower = word.toLowerCase(Locale.ROOT).replace('_', '-');
    record Guess(String word, int distance) {}
    return known.stream()
        .filter(k -> Math.abs(k.length() - word.length()) <= MISTAKES_MAX)
        .map(k -> new Guess(k, distance(lower, k.toLowerCase(Locale.ROOT).replace('_', '-'))))
        .filter(g -> g.distance() <= most(Math.min(word.length(), g.word().length())))
        .min(Comparator.comparingInt(Guess::distance).thenComparing(Guess::word))
        .map(g -> "; did you mean " + g.word() + "?")
        .orElse("");
  }

  /** One mistake in three letters, and no more than two: what is further off is a wild guess. */
  private static int most(int letters) {
    return Math.min(MISTAKES_MAX, letters / LETTERS_PER_MISTAKE);
  }

  /** Insertions, deletions, changes and swaps of neighbours. */
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(d[i - 1][j - 1] + change, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}

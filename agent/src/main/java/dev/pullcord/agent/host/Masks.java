package dev.pullcord.agent.host;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is never to be seen: takes values out of everything that workers and commands write, before
 * it is kept. Values of fewer than four characters are too common to be told from other text.
 */
public final class Masks {
  /** What stands in a value's place. */
  public static final String MASK = "****";

  /** What stands in the place of an output whose values were forgotten. */
  public static final String NOT_SHOWN =
      "(not shown: its env-file has changed, and the agent has forgotten what to mask)";

  private static final int SHORTEST = 4;

  /** Of the environments before the present ones; those that still run are among the last. */
  private static final int SETS_KEPT = 256;

  private final Map<String, List<String>> sets =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, List<String>> eldest) {
          return size() > SETS_KEPT;
        }
      };

  /** Masks these values from now on, under a name for the set of them. */
  public synchronized void add(String set, Collection<String> values) {
    sets.remove(set);
    sets.put(set, values.stream().filter(v -> v.length() >= SHORTEST).distinct().toList());
  }

  /** Whether the values of that set are masked. */
  public synchronized boolean knows(String set) {
    return sets.containsKey(set);
  }

  /** How many bytes more are to be read before those that are wanted, for {@link #tail}. */
  public synchronized int longest() {
    return sets.values().stream()
        .flatMap(List::stream)
        .mapToInt(v -> v.getBytes(StandardCharsets.UTF_8).length)
        .max()
        .orElse(0);
  }

  /** The text without the values. */
  public String mask(String text) {
    return mask(text, 0);
  }

  /**
   * The end of an output.
   *
   * @param bytes of the end
   * @param cut whether more stood before them; then the first {@link #longest()} of them are left
   *     out, which may hold the rest of a value
   */
  public String tail(byte[] bytes, boolean cut) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    return mask(text, cut ? Math.min(longest(), text.length()) : 0);
  }

  private synchronized String mask(String text, int from) {
    BitSet covered = new BitSet(text.length());
    for (List<String> values : sets.values()) {
      for (String value : values) {
        for (int at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
          covered.set(at, at + value.length());
        }
      }
    }
    StringBuilder masked = new StringBuilder(text.length());
    for (int i = from; i < text.length(); ) {
      int clear = covered.nextClearBit(i);
      if (clear > i) {
        masked.append(MASK);
        i = clear;
      } else {
        int next = covered.nextSetBit(i);
        int end = next < 0 ? text.length() : next;
        masked.append(text, i, end);
        i = end;
      }
    }
    return masked.toString();
  }
}

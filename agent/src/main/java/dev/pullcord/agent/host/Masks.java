package dev.pullcord.agent.host;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes secret values out of everything that workers and commands write, before it is kept. Values
 * of fewer than four characters are too common to be told from other text.
 */
public final class Masks {
  /** What stands in a value's place. */
  public static final String MASK = "****";

  /** What stands in the place of an output whose values were forgotten. */
  public static final String NOT_SHOWN =
      "(not shown: its env-file has changed, and the agent has forgotten what to mask)";

  /** The most bytes of a character in UTF-8. */
  public static final int CHARACTER_BYTES = 4;

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
    return mask(text, 0, text.length());
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
    return mask(text, cut ? Math.min(longest(), text.length()) : 0, text.length());
  }

  /**
   * A piece of an output, whose other pieces are told elsewhere. A value that the piece has a part
   * of is found if all of it is among the bytes: that takes {@link #longest()} of them before the
   * piece, and as many after it.
   *
   * @param from where the piece begins; see {@link #characterAt}
   * @param to where it ends
   */
  public String piece(byte[] bytes, int from, int to) {
    String before = new String(bytes, 0, from, StandardCharsets.UTF_8);
    String piece = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    String after = new String(bytes, to, bytes.length - to, StandardCharsets.UTF_8);
    return mask(before + piece + after, before.length(), before.length() + piece.length());
  }

  /** Where the character begins that this byte belongs to: output is cut there. */
  public static int characterAt(byte[] bytes, int at) {
    int begin = at;
    for (int i = 0; i < CHARACTER_BYTES - 1 && begin > 0 && begin < bytes.length; i++) {
      if ((bytes[begin] & 0xC0) != 0x80) {
        return begin;
      }
      begin--;
    }
    return begin < bytes.length && (bytes[begin] & 0xC0) != 0x80 ? begin : at;
  }

  private synchronized String mask(String text, int from, int to) {
    BitSet covered = new BitSet(text.length());
    for (List<String> values : sets.values()) {
      for (String value : values) {
        for (int at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
          covered.set(at, at + value.length());
        }
      }
    }
    StringBuilder masked = new StringBuilder(text.length());
    for (int i = from; i < to; ) {
      int clear = covered.nextClearBit(i);
      if (clear > i) {
        masked.append(MASK);
        i = clear;
      } else {
        int next = covered.nextSetBit(i);
        int end = next < 0 ? to : Math.min(next, to);
        masked.append(text, i, end);
        i = end;
      }
    }
    return masked.toString();
  }
}

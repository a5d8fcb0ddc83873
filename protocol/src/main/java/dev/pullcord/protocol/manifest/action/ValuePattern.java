package dev.pullcord.protocol.manifest.action;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;

/**
 * A pattern for values, in the part of the usual notation for which a match takes time in
 * proportion to the value: all states that the pattern could be in are followed at once, and
 * nothing is ever tried again. So no pattern of a manifest can keep an agent or the server busy. A
 * pattern always stands for the whole value.
 */
public final class ValuePattern {
  private final String text;
  private final PatternReader.Program program;

  private ValuePattern(String text, PatternReader.Program program) {
    this.text = text;
    this.program = program;
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException with what is wrong with it, and where
   */
  public static ValuePattern of(String text) {
    return new ValuePattern(text, new PatternReader(text).read());
  }

  /** As it is written. */
  public String text() {
    return text;
  }

  /** Whether the whole value matches. */
  public boolean matches(String value) {
    BitSet states = new BitSet(program.size());
    reach(0, states);
    for (int i = 0; i < value.length(); ) {
      int character = value.codePointAt(i);
      i += Character.charCount(character);
      BitSet next = new BitSet(program.size());
      for (int at : states.stream().filter(step -> step < program.size()).toArray()) {
        if (program.step(at) instanceof PatternReader.Step.One(var set) && set.test(character)) {
          reach(at + 1, next);
        }
      }
      if (next.isEmpty()) {
        return false;
      }
      states = next;
    }
    return states.get(program.size());
  }

  /** Adds a step and all that is reached from it without a character. */
  private void reach(int from, BitSet states) {
    Deque<Integer> open = new ArrayDeque<>();
    open.push(from);
    while (!open.isEmpty()) {
      int at = open.pop();
      if (states.get(at)) {
        continue;
      }
      states.set(at);
      if (at < program.size()
          && program.step(at) instanceof PatternReader.Step.Either(int first, int second)) {
        open.push(first);
        open.push(second);
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ValuePattern that && that.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}

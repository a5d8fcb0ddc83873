package dev.pullcord.protocol.manifest.action;

import dev.pullcord.protocol.id.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Reads a pattern: characters, {@code .}, {@code [a-z]}, {@code \d \w \s}, groups, {@code |}, and
 * {@code ? * + {m} {m,} {m,n}}. Refuses all else by name, so that nothing means something else than
 * in the programs that people know.
 */
final class PatternReader {
  private static final int LENGTH_MAX = 256;
  private static final int STEPS_MAX = 4000;
  private static final int DEPTH_MAX = 20;

  private final String text;
  private int at;
  private int depth;

  PatternReader(String text) {
    this.text = text;
  }

  /** A step of a program. */
  sealed interface Step {
    /** Takes one character of a set, and goes on to the next step. */
    record One(IntPredicate set) implements Step {}

    /** Goes on with both, without a character. */
    record Either(int first, int second) implements Step {}
  }

  /** The steps; one past the last is the end. */
  record Program(List<Step> steps) {
    Program {
      steps = List.copyOf(steps);
    }

    int size() {
      return steps.size();
    }

    Step step(int number) {
      return steps.get(number);
    }
  }

  Program read() {
    if (text.isEmpty() || text.length() > LENGTH_MAX) {
      throw new IllegalArgumentException(
          text.length() + " characters; a pattern has 1 to " + LENGTH_MAX);
    }
    take('^');
    List<Step> steps = alternatives();
    if (at < text.length() && text.charAt(at) == '$' && at == text.length() - 1) {
      at++;
    }
    if (at < text.length()) {
      throw wrong("nothing opens this");
    }
    return new Program(steps);
  }

  private List<Step> alternatives() {
    if (++depth > DEPTH_MAX) {
      throw wrong("groups are nested more than " + DEPTH_MAX + " deep");
    }
    List<Step> steps = sequence();
    while (take('|')) {
      steps = either(steps, sequence());
    }
    depth--;
    return steps;
  }

  private List<Step> sequence() {
    List<Step> steps = new ArrayList<>();
    while (at < text.length() && "|)".indexOf(text.charAt(at)) < 0 && !isLastDollar()) {
      append(steps, repeated(atom()));
    }
    return steps;
  }

  private boolean isLastDollar() {
    return text.charAt(at) == '$' && at == text.length() - 1;
  }

  private List<Step> atom() {
    int character = text.codePointAt(at);
    switch (character) {
      case '(' -> {
        return group();
      }
      case '[' -> {
        at++;
        return one(new SetReader().read());
      }
      case '.' -> {
        at++;
        return one(c -> true);
      }
      case '\\' -> {
        at++;
        return one(escape());
      }
      case '*', '+', '?', '{' -> throw wrong("nothing stands before it that could be repeated");
      case '^', '$' -> throw wrong("a pattern always stands for the whole value; leave it out");
      default -> {
        at += Character.charCount(character);
        return one(c -> c == character);
      }
    }
  }

  private List<Step> group() {
    at++;
    if (take('?') && !take(':')) {
      throw wrong("a group begins with ( or (?: here, and with nothing else");
    }
    List<Step> steps = alternatives();
    if (!take(')')) {
      throw wrong("a group is not closed; ) is expected");
    }
    return steps;
  }

  private IntPredicate escape() {
    if (at >= text.length()) {
      throw wrong("a \\ has nothing after it");
    }
    int character = text.codePointAt(at);
    if (character < 128 && Character.isLetterOrDigit(character) && "dws".indexOf(character) < 0) {
      throw wrong("\\" + Character.toString(character) + " is not known; known are \\d \\w \\s");
    }
    at += Character.charCount(character);
    return switch (character) {
      case 'd' -> c -> c >= '0' && c <= '9';
      case 'w' -> c -> c < 128 && (Character.isLetterOrDigit(c) || c == '_');
      case 's' -> c -> c == ' ' || c == '\t';
      default -> c -> c == character;
    };
  }

  private List<Step> repeated(List<Step> steps) {
    int least = 1;
    int most = 1;
    if (take('?')) {
      least = 0;
    } else if (take('*')) {
      least = 0;
      most = -1;
    } else if (take('+')) {
      most = -1;
    } else if (take('{')) {
      least = number();
      most = least;
      if (take(',')) {
        most = at < text.length() && text.charAt(at) == '}' ? -1 : number();
      }
      if (!take('}') || (most >= 0 && most < least)) {
        throw wrong("{3}, {1,} or {1,3} is expected");
      }
    } else {
      return steps;
    }
    if (at < text.length() && "?*+{".indexOf(text.charAt(at)) >= 0) {
      throw wrong("a second repetition of the same");
    }
    return repeat(steps, least, most);
  }

  private List<Step> repeat(List<Step> steps, int least, int most) {
    List<Step> all = new ArrayList<>();
    for (int i = 0; i < least; i++) {
      append(all, steps);
    }
    if (most < 0) {
      List<Step> again = new ArrayList<>();
      again.add(new Step.Either(1, steps.size() + 2));
      append(again, steps);
      again.add(new Step.Either(0, 0));
      append(all, again);
    }
    for (int i = least; i < most; i++) {
      append(all, either(steps, List.of()));
    }
    return all;
  }

  private int number() {
    int from = at;
    while (at < text.length() && Character.isDigit(text.charAt(at)) && at - from < 4) {
      at++;
    }
    if (from == at) {
      throw wrong("a number is expected");
    }
    return Integer.parseInt(text.substring(from, at));
  }

  private static List<Step> one(IntPredicate set) {
    return List.of(new Step.One(set));
  }

  private List<Step> either(List<Step> first, List<Step> second) {
    List<Step> steps = new ArrayList<>();
    steps.add(new Step.Either(1, first.size() + 2));
    append(steps, first);
    int end = first.size() + 2 + second.size();
    steps.add(new Step.Either(end, end));
    append(steps, second);
    return steps;
  }

  /** Adds steps that count from 0; so that they count from where they now are. */
  private void append(List<Step> steps, List<Step> more) {
    int by = steps.size();
    for (Step step : more) {
      steps.add(
          step instanceof Step.Either(int first, int second)
              ? new Step.Either(first + by, second + by)
              : step);
    }
    if (steps.size() > STEPS_MAX) {
      throw wrong("its repetitions come to more than " + STEPS_MAX + " steps");
    }
  }

  private boolean take(char character) {
    boolean there = at < text.length() && text.charAt(at) == character;
    if (there) {
      at++;
    }
    return there;
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(
        "%s cannot be a pattern: at character %d, %s".formatted(Quoted.of(text), at + 1, what));
  }

  /** Reads what stands between brackets. */
  private final class SetReader {
    IntPredicate read() {
      boolean not = take('^');
      IntPredicate set = c -> false;
      boolean first = true;
      while (at < text.length() && (first || text.charAt(at) != ']')) {
        first = false;
        set = set.or(part());
      }
      if (!take(']')) {
        throw wrong("a set is not closed; ] is expected");
      }
      return not ? set.negate() : set;
    }

    private IntPredicate part() {
      if (text.charAt(at) == '[') {
        throw wrong("a [ in a set; write \\[");
      }
      if (take('\\')) {
        return escape();
      }
      int from = text.codePointAt(at);
      at += Character.charCount(from);
      boolean range =
          at + 1 < text.length() && text.charAt(at) == '-' && text.charAt(at + 1) != ']';
      if (!range) {
        return c -> c == from;
      }
      at++;
      int to = text.codePointAt(at);
      at += Character.charCount(to);
      if (to < from || to == '\\') {
        throw wrong("the end of a range is not after its beginning");
      }
      return c -> c >= from && c <= to;
    }
  }
}

package dev.pullcord.protocol.id;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Nodes by label: {@code role=grep,dc!=sea,gpu}; all terms must hold. A term is {@code key=value},
 * {@code key!=value} (also true without the label) or {@code key} (the label is there).
 */
public final class LabelSelector {
  private static final int MAX_LENGTH = 1000;
  private static final Pattern TERM =
      Pattern.compile("([a-zA-Z0-9][a-zA-Z0-9._/-]{0,62})(?:(!?=)([a-zA-Z0-9._-]{0,63}))?");

  /** Every node. */
  public static final LabelSelector ALL = new LabelSelector(List.of());

  private final List<Term> terms;

  private LabelSelector(List<Term> terms) {
    this.terms = List.copyOf(terms);
  }

  /**
   * Reads a selector; empty selects all.
   *
   * @throws IllegalArgumentException that says where it is wrong
   */
  public static LabelSelector parse(String text) {
    if (text.isBlank()) {
      return ALL;
    }
    if (text.length() > MAX_LENGTH) {
      throw wrong(text, 0, "at most " + MAX_LENGTH + " characters expected");
    }
    List<Term> terms = new ArrayList<>();
    int at = 0;
    for (String part : text.split(",", -1)) {
      Matcher matcher = TERM.matcher(part.strip());
      if (!matcher.matches()) {
        throw wrong(part, at, "key=value, key!=value or key expected");
      }
      terms.add(new Term(matcher.group(1), matcher.group(2), matcher.group(3)));
      at += part.length() + 1;
    }
    return new LabelSelector(terms);
  }

  /** Whether a node with these labels is selected. */
  public boolean matches(Map<String, String> labels) {
    return terms.stream().allMatch(t -> t.matches(labels));
  }

  private static IllegalArgumentException wrong(String part, int at, String expected) {
    return new IllegalArgumentException(
        "selector, character " + (at + 1) + ": " + Shown.of(part) + "; " + expected);
  }

  private record Term(String key, @Nullable String operator, @Nullable String value) {
    boolean matches(Map<String, String> labels) {
      String actual = labels.get(key);
      if (operator == null) {
        return actual != null;
      }
      return operator.equals("=") == String.valueOf(value).equals(actual);
    }
  }
}

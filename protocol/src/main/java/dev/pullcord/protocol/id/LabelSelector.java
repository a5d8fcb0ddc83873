package dev.pullcord.protocol.id;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Nodes by label: {@code role=grep,dc!=sea,gpu}; all terms must hold. A term is {@code key=value}
 * ({@code ==} is the same), {@code key!=value} (also true without the label), {@code key in (a,b)},
 * {@code key notin (a,b)} (also true without the label), {@code key} (the label is there) or {@code
 * !key} (it is not). This is the language of label selectors that operators know from Kubernetes.
 */
public final class LabelSelector {
  private static final int MAX_LENGTH = 1000;
  private static final String KEY = "[a-zA-Z0-9][a-zA-Z0-9._/-]{0,62}";
  private static final String VALUE = "[a-zA-Z0-9._-]{0,63}";
  private static final String ONE = "[a-zA-Z0-9._-]{1,63}";
  private static final Pattern SEPARATOR = Pattern.compile(",(?![^(]*\\))");
  private static final Pattern PRESENCE = Pattern.compile("(!?)\\s*(" + KEY + ")");
  private static final Pattern EQUALITY =
      Pattern.compile("(" + KEY + ")\\s*(==|=|!=)\\s*(" + VALUE + ")");
  private static final Pattern MEMBERSHIP =
      Pattern.compile(
          "(%s)\\s+(in|notin)\\s*\\(\\s*(%s(?:\\s*,\\s*%s)*)\\s*\\)".formatted(KEY, ONE, ONE));

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
    for (String part : SEPARATOR.split(text, -1)) {
      terms.add(term(part.strip(), at));
      at += part.length() + 1;
    }
    return new LabelSelector(terms);
  }

  private static Term term(String part, int at) {
    Matcher presence = PRESENCE.matcher(part);
    if (presence.matches()) {
      return new Term(presence.group(2), null, presence.group(1).isEmpty());
    }
    Matcher equality = EQUALITY.matcher(part);
    if (equality.matches()) {
      return new Term(
          equality.group(1), Set.of(equality.group(3)), !equality.group(2).equals("!="));
    }
    Matcher membership = MEMBERSHIP.matcher(part);
    if (membership.matches()) {
      return new Term(
          membership.group(1),
          Set.copyOf(Arrays.asList(membership.group(3).split("\\s*,\\s*", -1))),
          membership.group(2).equals("in"));
    }
    throw wrong(
        part, at, "key=value, key!=value, key in (a,b), key notin (a,b), key or !key expected");
  }

  /** Whether a node with these labels is selected. */
  public boolean matches(Map<String, String> labels) {
    return terms.stream().allMatch(t -> t.matches(labels));
  }

  private static IllegalArgumentException wrong(String part, int at, String expected) {
    return new IllegalArgumentException(
        "selector, character " + (at + 1) + ": " + Quoted.of(part) + "; " + expected);
  }

  /**
   * One condition.
   *
   * @param values one of which the label is to have; any when null
   * @param wanted whether that is to be so, or is not to be
   */
  private record Term(String key, @Nullable Set<String> values, boolean wanted) {
    boolean matches(Map<String, String> labels) {
      String actual = labels.get(key);
      return wanted == (actual != null && (values == null || values.contains(actual)));
    }
  }
}

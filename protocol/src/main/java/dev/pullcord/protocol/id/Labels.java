package dev.pullcord.protocol.id;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a node's labels may be called and worth, and when a node has those that are asked for. */
public final class Labels {
  /** What a name has to be, in words. */
  public static final String NAME_EXPECTED =
      "1 to 63 of a-z A-Z 0-9 . _ / - expected, the first a letter or a digit";

  /** What a value has to be, in words. */
  public static final String VALUE_EXPECTED = "at most 63 of a-z A-Z 0-9 . _ - expected";

  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._/-]{0,62}");
  private static final Pattern VALUE = Pattern.compile("[a-zA-Z0-9._-]{0,63}");

  private Labels() {}

  /** Whether a label can be called that. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** Whether a label can have that value. */
  public static boolean isValue(String value) {
    return VALUE.matcher(value).matches();
  }

  /** Whether a node with these labels has all that are asked for. */
  public static boolean hold(Map<String, String> asked, Map<String, String> labels) {
    return labels.entrySet().containsAll(asked.entrySet());
  }

  /** {@code dc=north,role=gpu}, in order of name. */
  public static String text(Map<String, String> labels) {
    return new TreeMap<>(labels)
        .entrySet().stream()
            .map(label -> label.getKey() + "=" + label.getValue())
            .collect(Collectors.joining(","));
  }
}

package dev.pullcord.protocol.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * A node's name: what people call the host. Lower case, digits, dots and dashes, as in a host name.
 */
public record NodeName(@JsonValue String value) implements Comparable<NodeName> {
  /** What one looks like, as a regular expression. */
  public static final String PATTERN = "[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?";

  private static final Pattern ALPHABET = Pattern.compile(PATTERN);

  /** Refuses everything outside the alphabet with an {@link IllegalArgumentException}. */
  @JsonCreator
  public NodeName {
    if (!ALPHABET.matcher(value).matches()) {
      throw new IllegalArgumentException(
          Quoted.of(value)
              + " is not a node name: 1 to 63 of a-z 0-9 . -, with a letter or digit at both ends");
    }
  }

  @Override
  public int compareTo(NodeName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}

package dev.pullcord.protocol.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** The id of a git tree, 40 hex digits. */
public record TreeId(@JsonValue String value) implements Comparable<TreeId> {
  /** What one looks like, as a regular expression. */
  public static final String PATTERN = "[0-9a-f]{40}";

  private static final Pattern ALPHABET = Pattern.compile(PATTERN);

  /** Refuses everything outside the alphabet with an {@link IllegalArgumentException}. */
  @JsonCreator
  public TreeId {
    if (!ALPHABET.matcher(value).matches()) {
      throw new IllegalArgumentException(
          Quoted.of(value) + " is not a tree id: 40 hex digits expected");
    }
  }

  @Override
  public int compareTo(TreeId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}

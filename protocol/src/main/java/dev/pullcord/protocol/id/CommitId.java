package dev.pullcord.protocol.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** The id of a git commit, 40 hex digits. */
public record CommitId(@JsonValue String value) implements Comparable<CommitId> {
  /** What one looks like, as a regular expression. */
  public static final String PATTERN = "[0-9a-f]{40}";

  private static final Pattern ALPHABET = Pattern.compile(PATTERN);

  /** Refuses everything outside the alphabet with an {@link IllegalArgumentException}. */
  @JsonCreator
  public CommitId {
    if (!ALPHABET.matcher(value).matches()) {
      throw new IllegalArgumentException(
          Quoted.of(value) + " is not a commit id: 40 hex digits expected");
    }
  }

  /** The seven digits that people read. */
  public String abbreviated() {
    return value.substring(0, 7);
  }

  @Override
  public int compareTo(CommitId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}

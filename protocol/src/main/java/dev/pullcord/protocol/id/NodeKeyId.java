package dev.pullcord.protocol.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** A node's identity: the SHA-256 of its public key (SubjectPublicKeyInfo), 64 hex digits. */
public record NodeKeyId(@JsonValue String value) implements Comparable<NodeKeyId> {
  private static final Pattern ALPHABET = Pattern.compile("[0-9a-f]{64}");

  /** Refuses everything outside the alphabet with an {@link IllegalArgumentException}. */
  @JsonCreator
  public NodeKeyId {
    if (!ALPHABET.matcher(value).matches()) {
      throw new IllegalArgumentException(
          Quoted.of(value) + " is not a key id: 64 hex digits expected");
    }
  }

  @Override
  public int compareTo(NodeKeyId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}

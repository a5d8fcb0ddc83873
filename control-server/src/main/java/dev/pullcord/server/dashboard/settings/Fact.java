package dev.pullcord.server.dashboard.settings;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that holds for this server, and what changes it. Never a secret: everybody who is
 * signed in reads it.
 *
 * @param name what it is
 * @param value what holds
 * @param key the key of {@code server.yaml} that changes it; null for what cannot be changed there
 * @param note what a newcomer has to know to make use of it; null when that is clear
 * @param exact whether it is to be typed or compared as it is, so that it can be copied
 */
public record Fact(
    String name, String value, @Nullable String key, @Nullable String note, boolean exact) {
  /** Something to be read. */
  public static Fact of(String name, String value, @Nullable String note) {
    return new Fact(name, value, null, note, false);
  }

  /** Something to be copied. */
  public static Fact exact(String name, String value, @Nullable String note) {
    return new Fact(name, value, null, note, true);
  }

  /** The same, which that key changes. */
  public Fact by(String changedBy) {
    return new Fact(name, value, changedBy, note, exact);
  }

  /**
   * Some of one subject.
   *
   * @param title what they are about
   * @param facts in the order of the page
   */
  public record Group(String title, List<Fact> facts) {
    /** Copies. */
    public Group {
      facts = List.copyOf(facts);
    }
  }
}

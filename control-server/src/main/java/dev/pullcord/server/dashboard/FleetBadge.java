package dev.pullcord.server.dashboard;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * By what people tell one fleet's pages from another's: a name and a colour in the head of each.
 *
 * @param name empty when nobody gave one
 * @param accent null when nobody chose one
 */
public record FleetBadge(String name, @Nullable Accent accent) {
  /** Of a fleet that nobody named. */
  public static final FleetBadge NONE = new FleetBadge("", null);

  /** The colours that there are; white can be read on each. */
  public enum Accent {
    RED,
    AMBER,
    GREEN,
    TEAL,
    BLUE,
    VIOLET,
    PINK;

    /** As it is written in {@code server.yaml}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The one that is written so. */
    public static Optional<Accent> named(String word) {
      return Arrays.stream(values()).filter(a -> a.word().equals(word)).findFirst();
    }

    /** All of them, as they are written. */
    public static List<String> words() {
      return Arrays.stream(values()).map(Accent::word).toList();
    }
  }

  /** Behind the title of each page. */
  public String title() {
    return name.isEmpty() ? "Pullcord" : name + " · Pullcord";
  }

  /** The class of the head. */
  public String css() {
    return accent == null ? "" : "accent-" + accent.word();
  }
}

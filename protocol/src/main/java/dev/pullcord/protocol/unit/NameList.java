package dev.pullcord.protocol.unit;

import java.util.List;
import java.util.stream.Collectors;

/** Writes names for people, as many as are read: {@code web-1, web-2 and 38 more}. */
public final class NameList {
  private static final int NAMED_MAX = 8;

  private NameList() {}

  /** The first few names, and how many more there are. */
  public static String folded(List<String> names) {
    return folded(names, NAMED_MAX);
  }

  /** The first names, {@code most} of them, and how many more there are. */
  public static String folded(List<String> names, int most) {
    String shown = names.stream().limit(most).collect(Collectors.joining(", "));
    return names.size() > most ? shown + " and " + (names.size() - most) + " more" : shown;
  }
}

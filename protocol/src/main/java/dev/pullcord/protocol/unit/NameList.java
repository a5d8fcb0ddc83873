package dev.pullcord.protocol.unit;

import java.util.List;
import java.util.stream.Collectors;

/** Writes names for people, as many as are read: {@code web-1, web-2 and 38 more}. */
public final class NameList {
  private static final int NAMED_MAX = 8;

  private NameList() {}

  /** The first few names, and how many more there are. */
  public static String folded(List<String> names) {
    String shown = names.stream().limit(NAMED_MAX).collect(Collectors.joining(", "));
    return names.size() > NAMED_MAX
        ? shown + " and " + (names.size() - NAMED_MAX) + " more"
        : shown;
  }
}

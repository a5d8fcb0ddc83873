package dev.pullcord.testkit.tidy;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Holds the rooms of the main code small: few packages may have more types than a room should. */
final class RoomSizes {
  private static final int TYPES = 15;
  private static final int LARGE_ROOMS = 3;

  private RoomSizes() {}

  /** Every room over the bound, the largest first, when there are more of them than may be. */
  static List<String> broken(List<RepositoryFile> files) {
    Map<String, Long> types =
        files.stream()
            .filter(RepositoryFile::isMainJava)
            .filter(file -> !file.path().endsWith("/package-info.java"))
            .collect(Collectors.groupingBy(RepositoryFile::folder, Collectors.counting()));
    List<String> large =
        types.entrySet().stream()
            .filter(room -> room.getValue() > TYPES)
            .sorted(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .map(room -> room.getKey() + ": " + room.getValue() + " types; " + BOUND)
            .toList();
    return large.size() > LARGE_ROOMS ? large : List.of();
  }

  private static final String BOUND =
      "at most " + LARGE_ROOMS + " rooms may have more than " + TYPES + "; give a subject its own";
}

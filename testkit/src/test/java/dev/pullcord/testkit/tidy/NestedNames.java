package dev.pullcord.testkit.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Refuses names of nested types of the main code that mislead. A short name is good where the type
 * around it is read with it: {@code Refusal.Kind}. So a bare name that is imported comes from one
 * type only, and the share of names that several types have does not grow.
 */
final class NestedNames {
  /** Names that say what part of its type a type is; everybody reads them with that type. */
  static final Set<String> PARTS =
      Set.of("All", "Kind", "Page", "Part", "Request", "Result", "State", "View");

  /** How many of a hundred other nested types may have a name that another one has. */
  static final int SHARED_PERCENT_MAX = 43;

  private static final Pattern IMPORT =
      Pattern.compile(
          "^import (dev\\.pullcord\\.[a-z0-9.]*[A-Z]\\w*(?:\\.[A-Z]\\w*)*)\\.([A-Z]\\w*);$",
          Pattern.MULTILINE);

  /** The formatter sets in by two spaces whatever stands in a type. */
  private static final Pattern DECLARATION =
      Pattern.compile(
          "^ {2,6}(?:(?:public|protected|private|static|abstract|final|sealed|non-sealed) )*"
              + "(?:class|record|interface|enum) ([A-Z]\\w*)",
          Pattern.MULTILINE);

  private NestedNames() {}

  /** Every bare name that is imported from several types. */
  static List<String> ambiguous(List<RepositoryFile> files) {
    Map<String, Set<String>> owners = new TreeMap<>();
    files.stream()
        .filter(RepositoryFile::isMainJava)
        .forEach(file -> {
          Matcher matcher = IMPORT.matcher(file.text());
          while (matcher.find()) {
            owners.computeIfAbsent(matcher.group(2), _ -> new TreeSet<>()).add(matcher.group(1));
          }
        });
    List<String> broken = new ArrayList<>();
    owners.forEach((name, from) -> {
      if (from.size() > 1) {
        broken.add(
            name
                + " is imported from "
                + String.join(" and ", from)
                + "; import these, and write the name behind theirs");
      }
    });
    return broken;
  }

  /** How many of a hundred nested types have a name that another one has too. */
  static double sharedPercent(List<RepositoryFile> files) {
    Map<String, Integer> times = new TreeMap<>();
    files.stream()
        .filter(RepositoryFile::isMainJava)
        .forEach(file -> {
          Matcher matcher = DECLARATION.matcher(file.text());
          while (matcher.find()) {
            times.merge(matcher.group(1), 1, Integer::sum);
          }
        });
    times.keySet().removeAll(PARTS);
    int all = times.values().stream().mapToInt(Integer::intValue).sum();
    int shared = times.values().stream().filter(n -> n > 1).mapToInt(Integer::intValue).sum();
    return all == 0 ? 0 : 100.0 * shared / all;
  }
}

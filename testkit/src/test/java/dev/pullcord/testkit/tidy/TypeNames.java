package dev.pullcord.testkit.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Refuses a name that two top-level types of the main code share, in whichever modules. */
final class TypeNames {
  /** Names that may stand twice, each with the reason. */
  static final Map<String, String> SHARED =
      Map.of(
          "Main", "each program has one, and the launchers know it by that name",
          "Version", "each program says its own version");

  /** The formatter puts nothing but a top-level declaration at the beginning of a line. */
  private static final Pattern DECLARATION =
      Pattern.compile(
          "^(?:(?:public|abstract|final|sealed|non-sealed|strictfp) )*"
              + "(?:class|record|interface|enum|@interface) (\\w+)",
          Pattern.MULTILINE);

  private TypeNames() {}

  static List<String> broken(List<RepositoryFile> files, Map<String, String> shared) {
    Map<String, List<String>> places = new TreeMap<>();
    files.stream()
        .filter(RepositoryFile::isMainJava)
        .forEach(file -> {
          Matcher matcher = DECLARATION.matcher(file.text());
          while (matcher.find()) {
            places.computeIfAbsent(matcher.group(1), _ -> new ArrayList<>()).add(file.path());
          }
        });
    List<String> broken = new ArrayList<>();
    places.forEach((name, paths) -> {
      if (paths.size() > 1 && !shared.containsKey(name)) {
        broken.add(
            String.join(" and ", paths)
                + ": both are called "
                + name
                + "; give each a name of its own");
      }
    });
    shared.keySet().stream()
        .filter(name -> places.getOrDefault(name, List.of()).size() < 2)
        .sorted()
        .forEach(name -> broken.add(name + ": may stand twice and does not; take it off the list"));
    return broken;
  }
}

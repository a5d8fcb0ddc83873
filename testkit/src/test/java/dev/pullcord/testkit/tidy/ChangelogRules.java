package dev.pullcord.testkit.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The form of changelog.d and CHANGELOG.md, and that each place names one version. */
final class ChangelogRules {
  private static final int LINES = 12;
  private static final int CHARACTERS = 98;
  private static final Pattern NAME =
      Pattern.compile(
          "changelog\\.d/(added|changed|deprecated|removed|fixed|security)-[a-z0-9-]+\\.md");
  private static final Pattern CONTENT =
      Pattern.compile("[A-Z`\u201c][^\\n]*(\\n(?![-#*])\\S[^\\n]*)*(?<=\\.)\\n");
  private static final Pattern SECTION = Pattern.compile("(?m)^## (.*)$");
  private static final Pattern RELEASE =
      Pattern.compile("\\[(\\d+\\.\\d+\\.\\d+)\\] - \\d{4}-\\d{2}-\\d{2}");
  private static final Pattern VERSION = Pattern.compile("<version>([^<]*)</version>");

  private static final Pattern SHOWN = Pattern.compile("\\*\\*Version (\\d+\\.\\d+)\\*\\*");

  private ChangelogRules() {}

  static List<String> broken(List<RepositoryFile> files) {
    List<String> broken = new ArrayList<>();
    String released = null;
    for (RepositoryFile file : files) {
      if (file.folder().equals("changelog.d") && !file.path().endsWith("/README.md")) {
        fragment(file, broken);
      } else if (file.path().equals("CHANGELOG.md")) {
        released = newest(file, broken);
      }
    }
    for (RepositoryFile file : files) {
      if (released != null && file.path().matches("([a-z-]+/)?pom\\.xml")) {
        Matcher version = VERSION.matcher(file.text());
        if (version.find() && !version.group(1).equals(released)) {
          broken.add(
              file.path() + ": version " + version.group(1) + ", CHANGELOG.md has " + released);
        }
      }
      if (released != null && file.path().equals("README.md")) {
        Matcher shown = SHOWN.matcher(file.text());
        if (shown.find() && !released.startsWith(shown.group(1) + ".")) {
          broken.add("README.md: version " + shown.group(1) + ", CHANGELOG.md has " + released);
        }
      }
    }
    return broken;
  }

  private static void fragment(RepositoryFile file, List<String> broken) {
    if (!NAME.matcher(file.path()).matches()) {
      broken.add(file.path() + ": a name like fixed-lost-log-lines.md expected");
    }
    boolean tooMuch =
        file.lines().count() > LINES
            || file.lines().anyMatch(line -> line.content().length() > CHARACTERS);
    if (tooMuch) {
      broken.add(
          "%s: at most %d lines of at most %d characters expected"
              .formatted(file.path(), LINES, CHARACTERS));
    } else if (!CONTENT.matcher(file.text()).matches()) {
      broken.add(file.path() + ": whole sentences expected, as changelog.d/README.md says");
    }
  }

  private static @Nullable String newest(RepositoryFile changelog, List<String> broken) {
    String newest = null;
    Matcher section = SECTION.matcher(changelog.text());
    while (section.find()) {
      Matcher release = RELEASE.matcher(section.group(1));
      if (!release.matches()) {
        broken.add("CHANGELOG.md: \"" + section.group(1) + "\": [1.2.3] - 2026-01-31 expected");
      } else if (newest == null) {
        newest = release.group(1);
      }
    }
    return newest;
  }
}

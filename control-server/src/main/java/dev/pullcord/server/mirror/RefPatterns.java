package dev.pullcord.server.mirror;

import dev.pullcord.server.config.UpstreamConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which refs of the upstream are mirrored. A star stands for any text, slashes too. */
final class RefPatterns {
  static final String HEADS = "refs/heads/";
  static final String TAGS = "refs/tags/";

  private final List<Pattern> branches;
  private final List<Pattern> tags;

  RefPatterns(UpstreamConfig.Refs refs) {
    this.branches = refs.branches().stream().map(RefPatterns::pattern).toList();
    this.tags = refs.tags().stream().map(RefPatterns::pattern).toList();
  }

  /** Whether the upstream's HEAD says which branch is mirrored. */
  boolean byHead() {
    return branches.isEmpty();
  }

  /**
   * Those of these names that are mirrored.
   *
   * @param names full
   * @param defaults branches that are mirrored where no pattern says which
   * @param own what branches of ours begin with, which the upstream must not move
   */
  Set<String> choose(Set<String> names, Set<String> defaults, String own) {
    Set<String> chosen = new TreeSet<>();
    for (String name : names) {
      if (mirrors(name, defaults, own)) {
        chosen.add(name);
      }
    }
    return chosen;
  }

  /** Whether a ref of this name is mirrored. */
  boolean mirrors(String name, Set<String> defaults, String own) {
    if (name.startsWith(HEADS)) {
      String branch = name.substring(HEADS.length());
      return !branch.startsWith(own)
          && (branches.isEmpty() ? defaults.contains(branch) : any(branches, branch));
    }
    return name.startsWith(TAGS) && any(tags, name.substring(TAGS.length()));
  }

  /** {@code main} for a branch, and the full name of anything else. */
  static String shown(String name) {
    return name.startsWith(HEADS) ? name.substring(HEADS.length()) : name;
  }

  /** The full name of what {@link #shown} shows. */
  static String full(@Nullable String shown) {
    String name = shown == null ? "" : shown;
    return name.startsWith("refs/") ? name : HEADS + name;
  }

  private static boolean any(List<Pattern> patterns, String name) {
    return patterns.stream().anyMatch(p -> p.matcher(name).matches());
  }

  private static Pattern pattern(String text) {
    return Pattern.compile(
        Arrays.stream(text.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
  }
}

package dev.pullcord.protocol.manifest.read;

import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.yaml.Problems;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.protocol.yaml.YamlNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** The numbers, alphabets and refusals that all sections of the manifest share. */
public final class Limits {
  public static final Duration TIME_MIN = Duration.ofMillis(10);
  public static final Duration COMMAND_TIMEOUT_MAX = Duration.ofMinutes(10);
  static final Duration TIME_LIMIT_MAX = Duration.ofHours(24);
  static final Duration CHECK_TIMEOUT = Duration.ofSeconds(30);
  public static final Duration WORKER_COMMAND_TIMEOUT = Duration.ofSeconds(60);
  static final Duration PREPARE_TIMEOUT = Duration.ofMinutes(10);

  /** Bundles, workers, checks, paths, actions: more of them than this is a mistake. */
  public static final int ENTRIES = 100;

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

  /** Absolute, and no part is empty, a dot or two. */
  private static final Pattern NODE_PATH =
      Pattern.compile("(?:/(?!\\.{1,2}(?:/|$))[^/\\x00-\\x1f\\x7f-\\x9f]++)++");

  private static final int NODE_PATH_LENGTH = 4096;

  private Limits() {}

  /** Whether it is an absolute path of a node in its plain form. */
  static boolean isNodePath(String path) {
    return path.length() <= NODE_PATH_LENGTH && NODE_PATH.matcher(path).matches();
  }

  /** Whether the key is a name as bundles, workers and actions have them; records it if not. */
  static boolean isName(YamlNode.Entry entry, String what, Problems problems) {
    if (NAME.matcher(entry.key()).matches()) {
      return true;
    }
    problems.add(
        "NAME",
        entry.position(),
        entry.path(),
        Quoted.of(entry.key())
            + (" is not a name for " + what)
            + "; [a-z0-9][a-z0-9_-]{0,62} expected: lower case, digits, - and _, at most 63");
    return false;
  }

  /** Records it when the mapping has more entries than anybody needs. */
  static void count(Section section) {
    int size = section.mapping().entries().size();
    if (size > ENTRIES) {
      section.problems().add("RANGE", section.mapping(), size + " entries; at most " + ENTRIES);
    }
  }

  /** Words for a choice, each standing for itself, in this order. */
  static Map<String, String> words(String... words) {
    Map<String, String> map = new LinkedHashMap<>();
    for (String word : words) {
      map.put(word, word);
    }
    return map;
  }
}

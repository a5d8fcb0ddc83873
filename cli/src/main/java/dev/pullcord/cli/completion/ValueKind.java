package dev.pullcord.cli.completion;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Values that change from day to day, so that a shell has to ask for them. */
enum ValueKind {
  /** Names of nodes. */
  NODES,
  /** Branches that nodes follow. */
  REFS,
  /** Names of workers. */
  WORKERS,
  /** Labels as a selector has them. */
  LABELS,
  /** Actions that can be run. */
  ACTIONS,
  /** Names of stored logins. */
  CONTEXTS;

  private static final Map<String, ValueKind> BY_OPTION =
      Map.of(
          "--node", NODES,
          "--ref", REFS,
          "--worker", WORKERS,
          "--selector", LABELS,
          "--context", CONTEXTS);

  private static final Map<String, ValueKind> BY_LABEL =
      Map.of("NODE", NODES, "REF", REFS, "WORKER", WORKERS, "ACTION", ACTIONS);

  static Set<ValueKind> ofOption(String longestName) {
    ValueKind kind = BY_OPTION.get(longestName);
    return kind == null ? Set.of() : Set.of(kind);
  }

  /** Of {@code NODE}, {@code REF|COMMIT} and the like: the words that the help shows. */
  static Set<ValueKind> ofPositional(String verb, String label) {
    if (verb.equals("pullcord contexts use")) {
      return Set.of(CONTEXTS);
    }
    if (verb.equals("pullcord node remove")) {
      return Set.of(NODES);
    }
    Set<ValueKind> kinds = EnumSet.noneOf(ValueKind.class);
    for (String word : label.split("[^A-Z]+", -1)) {
      ValueKind kind = BY_LABEL.get(word);
      if (kind != null) {
        kinds.add(kind);
      }
    }
    return kinds;
  }

  /** As the shell's script names it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}

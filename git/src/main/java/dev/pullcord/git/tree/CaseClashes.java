package dev.pullcord.git.tree;

import dev.pullcord.protocol.id.Quoted;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Finds names that are one name to some file systems: harmless here, worth a word. */
final class CaseClashes {
  private CaseClashes() {}

  /** A sentence for each pair of such paths. */
  static List<String> in(Collection<String> paths) {
    Map<String, String> folded = new HashMap<>();
    List<String> warnings = new ArrayList<>();
    for (String path : paths) {
      String key = Normalizer.normalize(path, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
      String twin = folded.putIfAbsent(key, path);
      if (twin != null && warnings.size() < TreeProblems.SHOWN_MAX) {
        warnings.add(
            Quoted.of(twin) + " and " + Quoted.of(path) + " differ only in case or in accents");
      }
    }
    return warnings;
  }
}

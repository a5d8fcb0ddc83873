package dev.pullcord.git.tree;

import dev.pullcord.protocol.id.TreeId;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.ManifestProblem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** What a commit would deploy, if any node could run it. */
public sealed interface ReleaseContent {
  /**
   * Its manifest and its tree passed every check.
   *
   * @param manifest the model
   * @param files those that belong to a bundle, by path; not copied, for there may be many
   * @param trees one digest per bundle over its sorted (path, mode, object id)
   * @param warnings what is worth a word and does no harm
   */
  record Deployable(
      Manifest manifest,
      SortedMap<String, TreeFile> files,
      Map<String, TreeId> trees,
      List<String> warnings)
      implements ReleaseContent {
    /** Copies what is small. */
    public Deployable {
      files = Collections.unmodifiableSortedMap(files);
      trees = Collections.unmodifiableMap(new LinkedHashMap<>(trees));
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * No node can run it, now or later.
   *
   * @param problems a line each, {@code CODE place what is wrong — what was expected}; the first
   *     ones, if there are very many
   * @param count of all problems
   */
  record Undeployable(List<String> problems, int count) implements ReleaseContent {
    /** Copies. */
    public Undeployable {
      problems = List.copyOf(problems);
    }

    static Undeployable of(String problem) {
      return new Undeployable(List.of(problem), 1);
    }

    static Undeployable of(List<ManifestProblem> problems) {
      return new Undeployable(
          problems.stream().map(ManifestProblem::text).toList(), problems.size());
    }

    /** The first problem, and how many more there are. */
    public String reason() {
      return problems.getFirst() + (count == 1 ? "" : " (and " + (count - 1) + " more)");
    }

    /** All of them, one to a line. */
    public List<String> lines() {
      if (count == problems.size()) {
        return problems;
      }
      List<String> lines = new ArrayList<>(problems);
      lines.add("… and " + (count - problems.size()) + " more");
      return lines;
    }
  }
}

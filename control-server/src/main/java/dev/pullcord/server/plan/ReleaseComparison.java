package dev.pullcord.server.plan;

import dev.pullcord.base.text.TerminalText;
import dev.pullcord.git.tree.ReleaseContent.Deployable;
import dev.pullcord.protocol.api.PlanView.Action;
import dev.pullcord.protocol.id.Labels;
import dev.pullcord.protocol.identity.ReleaseFile;
import dev.pullcord.protocol.identity.VenvInputs;
import dev.pullcord.protocol.identity.WorkerIdentities;
import dev.pullcord.protocol.identity.WorkerIdentity;
import dev.pullcord.protocol.manifest.Bundle;
import dev.pullcord.protocol.manifest.BundlePaths;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.ManifestProblem;
import dev.pullcord.protocol.manifest.PythonSpec;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.manifest.read.ManifestParser;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import dev.pullcord.protocol.unit.Counted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares the releases of two commits: for a pusher, and for a node with some labels. Used by one
 * thread.
 */
public final class ReleaseComparison implements Comparison.ByLabels {
  private final Side old;
  private final Side now;
  private final Map<String, Integer> counts = new LinkedHashMap<>();
  private final Outside outside;
  private final Map<List<ManifestResult>, Difference> known = new HashMap<>();

  /** A commit: its manifest, and the files of its bundles by path. */
  private record Side(Manifest manifest, Map<String, ReleaseFile> files, BundlePaths bundles) {
    static Side of(Deployable content) {
      Map<String, ReleaseFile> files = new TreeMap<>();
      content.files().forEach((path, file) -> files.put(path, file.forIdentity()));
      return new Side(content.manifest(), files, new BundlePaths(content.manifest()));
    }
  }

  /**
   * What differs outside of the bundles.
   *
   * @param manifest whether the manifest does
   * @param files how many files do that are in no bundle, the manifest aside
   * @param named the first of them, at most {@link #NAMED}
   * @param all whether all of them were counted
   */
  public record Outside(boolean manifest, int files, List<String> named, boolean all) {
    /** How many are named. */
    public static final int NAMED = 3;

    private static final int PATH_COLUMNS = 60;

    /** With a list that nobody else changes. */
    public Outside {
      named = List.copyOf(named);
    }

    /** {@code README.md is not deployed (in no bundle)}. */
    private String line() {
      String names =
          named.stream()
              .map(path -> TerminalText.cut(TerminalText.clean(path), PATH_COLUMNS))
              .collect(Collectors.joining(", "));
      String what =
          files > named.size() ? Counted.of(files, "file") + ", such as " + names + "," : names;
      return what + (files == 1 ? " is" : " are") + " not deployed (in no bundle)";
    }
  }

  /** Compares them; {@code old} is an empty release for a first commit. */
  public ReleaseComparison(Deployable old, Deployable now, Outside outside) {
    this.old = Side.of(old);
    this.now = Side.of(now);
    this.outside = outside;
    count();
  }

  /** Counts by bundle, also what comes to another bundle. */
  private void count() {
    now.manifest().bundles().keySet().forEach(name -> counts.put(name, 0));
    TreeSet<String> paths = new TreeSet<>(old.files().keySet());
    paths.addAll(now.files().keySet());
    for (String path : paths) {
      Bundle before = old.bundles().owner(path);
      Bundle bundle = now.bundles().owner(path);
      if (same(path) && name(bundle).equals(name(before))) {
        continue;
      }
      counts.merge(bundle == null ? name(before) : name(bundle), 1, Integer::sum);
    }
    counts.values().removeIf(n -> n == 0);
  }

  private static String name(@Nullable Bundle bundle) {
    return bundle == null ? "" : bundle.name();
  }

  private boolean same(String path) {
    return Objects.equals(old.files().get(path), now.files().get(path));
  }

  @Override
  public Difference on(Map<String, String> labels) {
    ManifestResult before = ManifestParser.on(old.manifest(), labels);
    ManifestResult after = ManifestParser.on(now.manifest(), labels);
    return known.computeIfAbsent(List.of(before, after), _ -> difference(before, after));
  }

  private Difference difference(ManifestResult before, ManifestResult after) {
    if (after instanceof ManifestResult.Invalid(List<ManifestProblem> problems)) {
      List<String> refused = problems.stream().map(ManifestProblem::text).toList();
      return new Difference(List.of(), false, Map.of(), refused);
    }
    Map<String, Action> workers =
        actions(workers(after), identities(before, old), identities(after, now));
    boolean release =
        !counts.isEmpty()
            || !workers.isEmpty()
            || !old.manifest().prepare().equals(now.manifest().prepare())
            || !Objects.equals(old.manifest().python(), now.manifest().python());
    return new Difference(List.copyOf(counts.keySet()), release, workers, List.of());
  }

  private static Map<String, WorkerSpec> workers(ManifestResult result) {
    return result instanceof ManifestResult.Valid(Manifest manifest)
        ? manifest.workers()
        : Map.of();
  }

  private static Map<String, WorkerIdentity> identities(ManifestResult result, Side side) {
    if (!(result instanceof ManifestResult.Valid(Manifest manifest))) {
      return Map.of();
    }
    // What each node's Python adds to this is the same before and after a push.
    PythonSpec python = manifest.python();
    String venv = python == null ? null : VenvInputs.hash(python, side.files().values());
    return WorkerIdentities.of(manifest, side.files().values(), venv);
  }

  /** In the order of the manifest, and then those that it does not have any more. */
  private static Map<String, Action> actions(
      Map<String, WorkerSpec> workers,
      Map<String, WorkerIdentity> was,
      Map<String, WorkerIdentity> is) {
    Map<String, Action> actions = new LinkedHashMap<>();
    for (WorkerSpec worker : workers.values()) {
      String name = worker.name();
      if (!was.containsKey(name)) {
        actions.put(name, Action.START);
      } else if (!Objects.equals(was.get(name), is.get(name))) {
        boolean overlaps = worker.restart() == WorkerSpec.Restart.OVERLAP;
        actions.put(name, overlaps ? Action.HAND_OVER : Action.RESTART);
      }
    }
    was.keySet().stream()
        .filter(name -> !is.containsKey(name))
        .forEach(name -> actions.put(name, Action.STOP));
    return actions;
  }

  /** For a pusher, such as {@code search-files: 1 file changed} and {@code hands over grep}. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    counts.forEach((name, n) -> lines.add(name + ": " + Counted.of(n, "file") + " changed"));
    if (outside.manifest()) {
      lines.add(Manifest.FILE + " changed");
    }
    if (!outside.all()) {
      lines.add("more files changed outside of the bundles than are worth counting");
    } else if (outside.files() > 0) {
      lines.add(outside.line());
    }
    lines.add(workerLine());
    return lines;
  }

  /** {@code restarts grep; starts beat (role=gpu)}; where all do alike no labels are named. */
  private String workerLine() {
    Set<Map<String, String>> sorts = new LinkedHashSet<>(now.manifest().sorts());
    sorts.addAll(old.manifest().sorts());
    Map<Action, Map<String, Set<String>>> found = new TreeMap<>();
    Map<String, Set<String>> there = new TreeMap<>();
    for (Map<String, String> labels : sorts) {
      String sort = labels.isEmpty() ? "elsewhere" : Labels.text(labels);
      Set<String> names =
          new TreeSet<>(workers(ManifestParser.on(old.manifest(), labels)).keySet());
      names.addAll(workers(ManifestParser.on(now.manifest(), labels)).keySet());
      names.forEach(name -> add(there, name, sort));
      on(labels)
          .workers()
          .forEach((name, action) ->
              add(found.computeIfAbsent(action, _ -> new TreeMap<>()), name, sort));
    }
    return found.isEmpty()
        ? "restarts nothing"
        : found.entrySet().stream()
            .map(e -> e.getKey().does() + " " + named(e.getValue(), there))
            .collect(Collectors.joining("; "));
  }

  private static void add(Map<String, Set<String>> sorts, String worker, String sort) {
    sorts.computeIfAbsent(worker, _ -> new LinkedHashSet<>()).add(sort);
  }

  private static String named(Map<String, Set<String>> workers, Map<String, Set<String>> there) {
    return workers.entrySet().stream()
        .map(w -> w.getKey() + where(w.getValue(), there.get(w.getKey())))
        .collect(Collectors.joining(", "));
  }

  private static String where(Set<String> sorts, @Nullable Set<String> there) {
    return sorts.equals(there) ? "" : " (" + String.join("; ", sorts) + ")";
  }
}

package dev.pullcord.server.githost.comparison;

import dev.pullcord.git.tree.ReleaseContent.Deployable;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.Labels;
import dev.pullcord.protocol.manifest.Bundle;
import dev.pullcord.protocol.manifest.node.NodeRules;
import dev.pullcord.protocol.yaml.DidYouMean;
import dev.pullcord.server.githost.repository.RepositoryStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.treewalk.TreeWalk;

/**
 * Finds what a manifest says and nothing answers to: a bundle's path without a file, labels that no
 * node has, queues and variables that no code names. A typo looks like that, so each is said once,
 * with what was probably meant.
 */
final class IneffectiveParts {
  private static final int LINES_MAX = 20;
  private static final int NAMES_MAX = 1000;

  private final RepositoryStore store;
  private final Set<String> lines = new LinkedHashSet<>();

  IneffectiveParts(RepositoryStore store) {
    this.store = store;
  }

  /**
   * A line each.
   *
   * @param nodes the labels of the nodes that there are
   */
  List<String> of(CommitId commit, Collection<Map<String, String>> nodes) throws IOException {
    if (!(store.content(commit) instanceof Deployable content)) {
      return List.of();
    }
    for (Bundle bundle : content.manifest().bundles().values()) {
      for (String path : bundle.paths()) {
        if (!covered(path, content)) {
          lines.add(
              "bundle "
                  + bundle.name()
                  + ": "
                  + path
                  + " matches no file of this commit"
                  + DidYouMean.of(path, beside(commit, path)));
        }
      }
    }
    if (!nodes.isEmpty()) {
      NodeRules rules = content.manifest().nodes();
      rules.placed().forEach((worker, asked) -> placed(worker, asked, nodes));
      rules.entries().forEach(entry -> matched(entry, rules.placed(), nodes));
    }
    lines.addAll(UnreadNames.of(store.repository(), content));
    List<String> all = new ArrayList<>(lines);
    if (all.size() > LINES_MAX) {
      all = new ArrayList<>(all.subList(0, LINES_MAX));
      all.add("and " + (lines.size() - LINES_MAX) + " more like these");
    }
    return all;
  }

  /** Whether some file of a bundle is that path or below it. */
  private static boolean covered(String path, Deployable content) {
    Bundle alone = new Bundle("", List.of(path), Bundle.OnChange.NOTHING);
    for (String file : content.files().tailMap(path).keySet()) {
      if (!file.startsWith(path)) {
        return false;
      }
      if (alone.covers(file)) {
        return true;
      }
    }
    return false;
  }

  /** The files and directories that stand where the path would; directories end with a slash. */
  private List<String> beside(CommitId commit, String path) throws IOException {
    int slash = path.lastIndexOf('/', path.length() - 2);
    String parent = slash < 0 ? "" : path.substring(0, slash + 1);
    RevCommit known = store.commit(commit).orElse(null);
    if (known == null) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    try (TreeWalk walk = walk(known, parent)) {
      while (names.size() < NAMES_MAX && walk.next()) {
        boolean directory = walk.getFileMode(0).equals(FileMode.TREE);
        names.add(parent + walk.getNameString() + (directory ? "/" : ""));
      }
    }
    return names;
  }

  private TreeWalk walk(RevCommit commit, String parent) throws IOException {
    TreeWalk walk = new TreeWalk(store.repository());
    if (parent.isEmpty()) {
      walk.addTree(commit.getTree());
      return walk;
    }
    try (TreeWalk found =
        TreeWalk.forPath(
            store.repository(), parent.substring(0, parent.length() - 1), commit.getTree())) {
      if (found != null && found.getFileMode(0).equals(FileMode.TREE)) {
        walk.addTree(found.getObjectId(0));
      }
    }
    return walk;
  }

  private void placed(
      String worker, Map<String, String> asked, Collection<Map<String, String>> nodes) {
    if (nodes.stream().noneMatch(labels -> Labels.hold(asked, labels))) {
      lines.add(
          "worker "
              + worker
              + " runs nowhere: no node has "
              + Labels.text(asked)
              + meant(asked, nodes));
    }
  }

  private void matched(
      NodeRules.Rule entry,
      Map<String, Map<String, String>> placed,
      Collection<Map<String, String>> nodes) {
    Map<String, String> asked = entry.match();
    if (nodes.stream().noneMatch(labels -> Labels.hold(asked, labels))) {
      lines.add(
          "nodes: the entry for "
              + Labels.text(asked)
              + " changes nothing: no node has that"
              + meant(asked, nodes));
      return;
    }
    for (String worker : entry.workers().keySet()) {
      Map<String, String> place = placed.getOrDefault(worker, Map.of());
      if (nodes.stream().anyMatch(labels -> Labels.hold(place, labels))
          && nodes.stream()
              .noneMatch(labels -> Labels.hold(asked, labels) && Labels.hold(place, labels))) {
        lines.add(
            "nodes: the entry for "
                + Labels.text(asked)
                + " changes nothing of "
                + worker
                + ", which runs where "
                + Labels.text(place)
                + " is: no node has both");
      }
    }
  }

  private static String meant(Map<String, String> asked, Collection<Map<String, String>> nodes) {
    Set<String> known = new TreeSet<>();
    nodes.forEach(labels -> labels.forEach((key, value) -> known.add(key + "=" + value)));
    for (Map.Entry<String, String> one : asked.entrySet()) {
      String label = one.getKey() + "=" + one.getValue();
      String guess = known.contains(label) ? "" : DidYouMean.of(label, known);
      if (!guess.isEmpty()) {
        return guess;
      }
    }
    return "";
  }
}

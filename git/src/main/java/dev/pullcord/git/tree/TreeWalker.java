package dev.pullcord.git.tree;

import dev.pullcord.git.tree.RawTree.Entry;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.manifest.Bundle;
import dev.pullcord.protocol.manifest.BundlePaths;
import dev.pullcord.protocol.manifest.Manifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;

/**
 * Lists the entries of a commit that belong to a bundle, and finds every name, mode and limit that
 * must not reach a disk. Directories that no bundle can reach into are not even opened.
 */
final class TreeWalker {
  private final ObjectReader reader;
  private final BundlePaths bundles;
  private final TreeProblems problems;
  private final Visitor visitor;
  private final TreeNames names = new TreeNames();
  private int entries;
  private long lengths;
  private boolean full;

  /** Over one commit's trees; what is wrong is among the problems. */
  TreeWalker(ObjectReader reader, Manifest manifest, TreeProblems problems, Visitor visitor) {
    this.reader = reader;
    this.bundles = new BundlePaths(manifest);
    this.problems = problems;
    this.visitor = visitor;
  }

  /** Told of what belongs to a bundle. */
  @FunctionalInterface
  interface Visitor {
    /**
     * A file or link, in no order.
     *
     * @param path in the repository
     * @param entry its mode and object
     * @param bundle whose it is
     */
    void file(String path, Entry entry, Bundle bundle) throws IOException;
  }

  /** Everything in a bundle; ends early where a limit is reached. */
  void walk(ObjectId root) throws IOException {
    walk(root, "", 0);
  }

  private void walk(ObjectId tree, String prefix, int depth) throws IOException {
    List<Entry> list = read(tree, prefix);
    checkOrder(list, tree, prefix);
    for (Entry entry : list) {
      if (full) {
        return;
      }
      visit(entry, tree, prefix, depth);
    }
  }

  private List<Entry> read(ObjectId tree, String prefix) throws IOException {
    List<Entry> list = null;
    try {
      ObjectLoader object = reader.open(tree, Constants.OBJ_TREE);
      if (object.getSize() > TreeLimits.TREE_BYTES_MAX) {
        problems.add(
            "TREE_LIMIT",
            place(prefix, tree),
            "a directory of " + object.getSize() + " bytes; 8 MiB at most — use more directories");
        return List.of();
      }
      list = RawTree.parse(object.getCachedBytes(TreeLimits.TREE_BYTES_MAX));
    } catch (IncorrectObjectTypeException e) {
      // Said below.
    }
    if (list == null) {
      problems.add("OBJECT_INVALID", place(prefix, tree), "this is not a tree of git");
      return List.of();
    }
    return list;
  }

  private void visit(Entry entry, ObjectId tree, String prefix, int depth) throws IOException {
    String path = prefix + entry.lossyText();
    Bundle owner = entry.isTree() ? null : bundles.owner(path);
    if (entry.isTree() ? !bundles.reachInto(path) : owner == null) {
      if (!entry.isTree() && bundles.standBelow(path)) {
        notADirectory(entry, tree, path);
      }
      return;
    }
    if (!countIsGood(path, tree, prefix)) {
      return;
    }
    if (!nameIsGood(entry, tree, prefix) || !sizeIsGood(entry, tree, path, depth)) {
      return;
    }
    if (entry.isTree()) {
      walk(entry.id(), path + "/", depth + 1);
    } else if (entry.isGitlink()) {
      submodule(tree, path);
    } else if (owner != null && (entry.isFile() || entry.isLink())) {
      visitor.file(path, entry, owner);
    } else {
      problems.add("TREE_MODE", place(path, tree), TreeNames.mode(entry));
    }
  }

  private boolean countIsGood(String path, ObjectId tree, String prefix) {
    lengths += path.length();
    String wrong = "";
    if (++entries > TreeLimits.ENTRIES_MAX) {
      wrong = "more than " + TreeLimits.ENTRIES_MAX + " entries in bundles";
    } else if (lengths > TreeLimits.PATHS_LENGTH_MAX) {
      wrong = "paths of more than " + TreeLimits.PATHS_LENGTH_MAX + " characters together";
    }
    if (!wrong.isEmpty()) {
      full = true;
      problems.add("TREE_LIMIT", place(prefix, tree), wrong + " — deploy fewer files");
    }
    return !full;
  }

  private void notADirectory(Entry entry, ObjectId tree, String path) {
    if (entry.isGitlink()) {
      submodule(tree, path);
    } else {
      problems.add(
          "TREE_CONFLICT",
          place(path, tree),
          "a "
              + (entry.isLink() ? "link" : "file")
              + " stands where a bundle has a directory — a real directory expected");
    }
  }

  private void submodule(ObjectId tree, String path) {
    problems.add(
        "SUBMODULE_UNSUPPORTED",
        place(path, tree),
        "a submodule in a bundle — it is never fetched; put its files into this repository");
  }

  private boolean nameIsGood(Entry entry, ObjectId tree, String prefix) {
    String wrong = names.wrongWith(entry);
    if (wrong.isEmpty() && prefix.isEmpty() && ".pullcord".equals(entry.text())) {
      wrong = "the name that a release needs for itself";
    }
    if (wrong.isEmpty()) {
      return true;
    }
    problems.add("TREE_PATH", place(prefix + entry.lossyText(), tree), wrong + TreeNames.REMEDY);
    return false;
  }

  private boolean sizeIsGood(Entry entry, ObjectId tree, String path, int depth) {
    String wrong = "";
    if (entry.name().length > TreeLimits.NAME_BYTES_MAX) {
      wrong =
          "a name of " + entry.name().length + " bytes; " + TreeLimits.NAME_BYTES_MAX + " at most";
    } else if (path.getBytes(StandardCharsets.UTF_8).length > TreeLimits.PATH_BYTES_MAX) {
      wrong = "a path longer than " + TreeLimits.PATH_BYTES_MAX + " bytes";
    } else if (depth >= TreeLimits.DEPTH_MAX) {
      wrong = "directories nested deeper than " + TreeLimits.DEPTH_MAX;
    }
    if (!wrong.isEmpty()) {
      problems.add("TREE_LIMIT", place(path, tree), wrong);
    }
    return wrong.isEmpty();
  }

  private void checkOrder(List<Entry> list, ObjectId tree, String prefix) {
    Map<String, Entry> names = new HashMap<>();
    Entry before = null;
    for (Entry entry : list) {
      String name = entry.lossyText();
      Entry twin = names.putIfAbsent(name, entry);
      if (twin != null && concerns(prefix + name)) {
        problems.add(TreeNames.twins(twin, entry, place(prefix + name, tree)));
      } else if (before != null && before.compareName(entry) > 0 && concerns(prefix + name)) {
        problems.add("OBJECT_INVALID", place(prefix + name, tree), "entries out of order");
      }
      before = entry;
    }
  }

  private boolean concerns(String path) {
    return bundles.owner(path) != null || bundles.reachInto(path);
  }

  private static String place(String path, ObjectId tree) {
    return Quoted.of(path) + " in tree " + tree.abbreviate(7).name();
  }
}

package dev.pullcord.agent.source.tree;

import dev.pullcord.agent.source.tree.RawTree.Entry;
import dev.pullcord.protocol.id.Shown;
import dev.pullcord.protocol.manifest.Bundle;
import dev.pullcord.protocol.manifest.Manifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;

/**
 * Lists the entries of a commit that belong to a bundle, and finds every name, mode and limit that
 * must not reach a disk. Directories that no bundle can reach into are not even opened.
 */
public final class TreeWalker {
  static final int NAME_BYTES_MAX = 255;
  // Linux takes 4,096 with what stands before it: the state directory, and a name in tmp.
  static final int PATH_BYTES_MAX = 3584;
  static final int DEPTH_MAX = 100;
  static final int ENTRIES_MAX = 200_000;
  private static final int TREE_BYTES_MAX = 64 << 20;

  private final ObjectReader reader;
  private final BundlePaths bundles;
  private final TreeProblems problems;
  private final ObjectChecker gitNames = new ObjectChecker().setSafeForMacOS(true);
  private final List<Found> found = new ArrayList<>();
  private int entries;

  /** Over one commit's trees. */
  public TreeWalker(ObjectReader reader, Manifest manifest, TreeProblems problems) {
    this.reader = reader;
    this.bundles = new BundlePaths(manifest);
    this.problems = problems;
  }

  /**
   * A file or link that belongs to a bundle.
   *
   * @param path in the repository
   * @param entry its mode and object
   * @param bundle whose it is
   */
  public record Found(String path, Entry entry, Bundle bundle) {}

  /** Everything in a bundle, in no order; what is wrong is among the problems. */
  public List<Found> walk(ObjectId root) throws IOException {
    walk(root, "", 0);
    return found;
  }

  private void walk(ObjectId tree, String prefix, int depth) throws IOException {
    List<Entry> list = read(tree, prefix);
    checkOrder(list, tree, prefix);
    for (Entry entry : list) {
      if (entries > ENTRIES_MAX) {
        return;
      }
      visit(entry, tree, prefix, depth);
    }
  }

  private List<Entry> read(ObjectId tree, String prefix) throws IOException {
    List<Entry> list = null;
    try {
      list = RawTree.parse(reader.open(tree, Constants.OBJ_TREE).getCachedBytes(TREE_BYTES_MAX));
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
    if (++entries > ENTRIES_MAX) {
      problems.add(
          "TREE_LIMIT", place(prefix, tree), "more than " + ENTRIES_MAX + " entries in bundles");
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
      found.add(new Found(path, entry, owner));
    } else {
      problems.add(
          "TREE_MODE",
          place(path, tree),
          "mode "
              + Integer.toOctalString(entry.mode())
              + " — files 100644 and 100755, links 120000 and directories 40000 are deployed");
    }
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
    String name = entry.text();
    String wrong = name == null ? "a name that is not UTF-8" : wrongWith(name, entry, prefix);
    if (wrong.isEmpty()) {
      return true;
    }
    problems.add(
        "TREE_PATH",
        place(prefix + entry.lossyText(), tree),
        wrong + " — such a name is never written to a disk; rename it");
    return false;
  }

  private String wrongWith(String name, Entry entry, String prefix) {
    if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('/') >= 0) {
      return "not the name of a file";
    }
    if (name.codePoints().anyMatch(Character::isISOControl)) {
      return "a control character in a name";
    }
    if (prefix.isEmpty() && name.equals(".pullcord")) {
      return "the name that a release needs for itself";
    }
    try {
      gitNames.checkPathSegment(entry.name(), 0, entry.name().length);
      return "";
    } catch (CorruptObjectException e) {
      return "a name that git keeps for itself";
    }
  }

  private boolean sizeIsGood(Entry entry, ObjectId tree, String path, int depth) {
    String wrong = "";
    if (entry.name().length > NAME_BYTES_MAX) {
      wrong = "a name of " + entry.name().length + " bytes; " + NAME_BYTES_MAX + " at most";
    } else if (path.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > PATH_BYTES_MAX) {
      wrong = "a path longer than " + PATH_BYTES_MAX + " bytes";
    } else if (depth >= DEPTH_MAX) {
      wrong = "directories nested deeper than " + DEPTH_MAX;
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
        boolean link = twin.isLink() || entry.isLink();
        problems.add(
            link ? "TREE_CONFLICT" : "OBJECT_INVALID",
            place(prefix + name, tree),
            link ? "a link and something else under one name" : "two entries under one name");
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
    return Shown.of(path) + " in tree " + tree.abbreviate(7).name();
  }
}

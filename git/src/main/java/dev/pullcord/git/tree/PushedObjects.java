package dev.pullcord.git.tree;

import dev.pullcord.git.tree.RawTree.Entry;
import dev.pullcord.protocol.id.Quoted;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.jspecify.annotations.Nullable;

/**
 * Checks the objects of a push as git does, whatever branch they are for, and says what is wrong
 * with a tree by the codes and in the words that a node would have for it.
 */
public final class PushedObjects extends ObjectChecker {
  private static final int MODE_BITS = 16;

  /** Begins with a code, in contrast to what JGit throws. */
  private static final class Coded extends CorruptObjectException {
    private static final long serialVersionUID = 1L;

    Coded(String message) {
      super(message);
    }
  }

  /** What is wrong, with a code in front. */
  public static String line(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof Coded) {
        return String.valueOf(cause.getMessage());
      }
    }
    return "OBJECT_INVALID  " + e.getMessage();
  }

  @Override
  public void checkTree(@Nullable AnyObjectId id, byte[] raw) throws CorruptObjectException {
    try {
      super.checkTree(id, raw);
    } catch (CorruptObjectException e) {
      ObjectId tree = id == null ? idFor(raw) : id.copy();
      throw new Coded(line(tree, raw, String.valueOf(e.getMessage())));
    }
    List<Entry> entries = RawTree.parse(raw);
    for (Entry entry : entries == null ? List.<Entry>of() : entries) {
      // Git keeps sixteen bits, and whatever reads the tree next stumbles over more of them.
      if (entry.mode() >> MODE_BITS != 0) {
        ObjectId tree = id == null ? idFor(raw) : id.copy();
        throw new Coded("TREE_MODE  " + place(entry, tree) + "  " + TreeNames.mode(entry));
      }
    }
  }

  private static String place(Entry entry, ObjectId tree) {
    return Quoted.of(entry.lossyText()) + " in tree " + tree.abbreviate(7).name();
  }

  private static ObjectId idFor(byte[] raw) {
    try (ObjectInserter.Formatter formatter = new ObjectInserter.Formatter()) {
      return formatter.idFor(Constants.OBJ_TREE, raw);
    }
  }

  private static String line(ObjectId tree, byte[] raw, String otherwise) {
    List<Entry> entries = RawTree.parse(raw);
    TreeNames names = new TreeNames();
    Map<String, Entry> seen = new HashMap<>();
    for (Entry entry : entries == null ? List.<Entry>of() : entries) {
      String place = place(entry, tree);
      String wrong = names.wrongWith(entry);
      if (!wrong.isEmpty()) {
        return "TREE_PATH  " + place + "  " + wrong + TreeNames.REMEDY;
      }
      if (!entry.isTree() && !entry.isFile() && !entry.isLink() && !entry.isGitlink()) {
        return "TREE_MODE  " + place + "  " + TreeNames.mode(entry);
      }
      Entry twin = seen.putIfAbsent(entry.lossyText(), entry);
      if (twin != null) {
        return TreeNames.twins(twin, entry, place);
      }
    }
    return "OBJECT_INVALID  tree " + tree.abbreviate(7).name() + "  " + otherwise;
  }
}

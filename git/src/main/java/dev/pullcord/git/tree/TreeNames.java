package dev.pullcord.git.tree;

import dev.pullcord.git.tree.RawTree.Entry;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.ObjectChecker;

/** Judges the names and modes of entries, and has the words for what is wrong with them. */
final class TreeNames {
  static final String REMEDY = " — such a name is never written to a disk; rename it";

  private final ObjectChecker gitNames = new ObjectChecker().setSafeForMacOS(true);

  /** What is wrong with a name; empty if nothing is. */
  String wrongWith(Entry entry) {
    String name = entry.text();
    if (name == null) {
      return "a name that is not UTF-8";
    }
    if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('/') >= 0) {
      return "not the name of a file";
    }
    if (name.codePoints().anyMatch(Character::isISOControl)) {
      return "a control character in a name";
    }
    try {
      gitNames.checkPathSegment(entry.name(), 0, entry.name().length);
      return "";
    } catch (CorruptObjectException e) {
      return "a name that git keeps for itself";
    }
  }

  static String mode(Entry entry) {
    return "mode "
        + Integer.toOctalString(entry.mode())
        + " — files 100644 and 100755, links 120000 and directories 40000 are deployed";
  }

  /** The problem of two entries under one name. */
  static String twins(Entry one, Entry other, String place) {
    return one.isLink() || other.isLink()
        ? "TREE_CONFLICT  " + place + "  a link and something else under one name"
        : "OBJECT_INVALID  " + place + "  two entries under one name";
  }
}

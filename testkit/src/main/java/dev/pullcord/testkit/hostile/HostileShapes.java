package dev.pullcord.testkit.hostile;

import dev.pullcord.testkit.hostile.HostileTrees.Case;
import org.eclipse.jgit.lib.ObjectId;

/** Makes the trees of which several sorts of hostile trees consist. */
final class HostileShapes {
  static final String FILE = "100644";
  static final String LINK = "120000";
  static final String TREE = "40000";

  private HostileShapes() {}

  static Case named(String title, String code, String shows, Object... search) {
    return new Case(title, code, shows, (git, canary) -> git.withSearch(filled(git, search)));
  }

  /** Contents are given as text; a blob is made of each. */
  private static Object[] filled(HostileTree git, Object... entries) {
    Object[] all = entries.clone();
    for (int i = 2; i < all.length; i += 3) {
      all[i] = all[i] instanceof String content ? git.blob(content) : all[i];
    }
    return all;
  }

  static Case root(String title, String code, String shows, Object... entries) {
    return new Case(title, code, shows, (git, canary) -> git.tree(filled(git, entries)));
  }

  static ObjectId nested(HostileTree git, String name, int levels) {
    ObjectId tree = git.tree(FILE, "leaf", git.blob("x"));
    for (int i = 0; i < levels; i++) {
      tree = git.tree(TREE, name, tree);
    }
    return tree;
  }

  /** Ten trees that name each other: 10^10 paths in a few hundred bytes. */
  static ObjectId bomb(HostileTree git, String lowest, ObjectId leaf) {
    ObjectId tree = leaf;
    String mode = lowest;
    for (int level = 0; level < 10; level++) {
      Object[] ten = new Object[30];
      for (int i = 0; i < 10; i++) {
        ten[3 * i] = mode;
        ten[3 * i + 1] = "n" + i;
        ten[3 * i + 2] = tree;
      }
      tree = git.tree(ten);
      mode = TREE;
    }
    return tree;
  }

  static Case chain(String title, int length, String code, String shows, String... end) {
    Object[] entries = new Object[3 * length];
    for (int i = 0; i < length; i++) {
      entries[3 * i] = LINK;
      entries[3 * i + 1] = "n%02d".formatted(i);
      entries[3 * i + 2] =
          i + 1 == length ? (end.length == 0 ? "../run.sh" : end[0]) : "n%02d".formatted(i + 1);
    }
    return named(title, code, shows, entries);
  }
}

package dev.pullcord.git.pack;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.file.Pack;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevTag;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;

/**
 * Finds what can be reached from some commits. Takes a bit for each object of the packs, since a
 * repository may have millions; each commit and each tree is read once.
 */
final class ReachableObjects {
  private static final int TREE_BYTES_MAX = 64 << 20;

  private final FileRepository repository;
  private final Map<Pack, BitSet> packs = new LinkedHashMap<>();
  private final Set<ObjectId> elsewhere = new HashSet<>();
  private final ArrayDeque<ObjectId> open = new ArrayDeque<>();

  /** Nothing is reached yet. */
  ReachableObjects(FileRepository repository, List<Pack> packs) {
    this.repository = repository;
    packs.forEach(pack -> this.packs.put(pack, new BitSet()));
  }

  /**
   * Goes from these to whatever they lead to. One that is not here leads to nothing.
   *
   * @throws IOException also when something is missing on the way: then not all was found
   */
  void from(Collection<ObjectId> roots) throws IOException {
    try (ObjectReader reader = repository.newObjectReader()) {
      for (ObjectId root : roots) {
        if (reader.has(root)) {
          add(root);
        }
      }
      while (!open.isEmpty()) {
        read(reader, open.pop());
      }
    }
  }

  private void read(ObjectReader reader, ObjectId id) throws IOException {
    ObjectLoader object = reader.open(id);
    switch (object.getType()) {
      case Constants.OBJ_COMMIT -> {
        RevCommit commit = RevCommit.parse(object.getCachedBytes());
        add(commit.getTree());
        for (RevCommit parent : commit.getParents()) {
          add(parent);
        }
      }
      case Constants.OBJ_TREE -> {
        CanonicalTreeParser tree = new CanonicalTreeParser();
        tree.reset(object.getCachedBytes(TREE_BYTES_MAX));
        for (; !tree.eof(); tree.next()) {
          if (FileMode.TREE.equals(tree.getEntryRawMode())) {
            add(tree.getEntryObjectId());
          } else if (!FileMode.GITLINK.equals(tree.getEntryRawMode())) {
            mark(tree.getEntryObjectId());
          }
        }
      }
      case Constants.OBJ_TAG -> add(RevTag.parse(object.getCachedBytes()).getObject());
      default -> {
        // A file leads nowhere.
      }
    }
  }

  private void add(AnyObjectId id) throws IOException {
    if (mark(id)) {
      open.push(id.copy());
    }
  }

  /** Whether it was not marked before. */
  private boolean mark(AnyObjectId id) throws IOException {
    boolean packed = false;
    boolean news = false;
    for (Map.Entry<Pack, BitSet> pack : packs.entrySet()) {
      int at = pack.getKey().getIndex().findPosition(id);
      if (at >= 0) {
        packed = true;
        news |= !pack.getValue().get(at);
        pack.getValue().set(at);
      }
    }
    return packed ? news : elsewhere.add(id.copy());
  }

  /** Whether it was reached. */
  boolean contains(AnyObjectId id) throws IOException {
    for (Map.Entry<Pack, BitSet> pack : packs.entrySet()) {
      int at = pack.getKey().getIndex().findPosition(id);
      if (at >= 0) {
        return pack.getValue().get(at);
      }
    }
    return elsewhere.contains(id);
  }

  /** The objects of a pack that were reached, by their place in its index. */
  BitSet of(Pack pack) {
    return packs.getOrDefault(pack, new BitSet());
  }
}

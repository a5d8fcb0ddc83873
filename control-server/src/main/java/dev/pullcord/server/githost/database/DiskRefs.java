package dev.pullcord.server.githost.database;

import dev.pullcord.server.githost.repository.LeftRefs;
import dev.pullcord.server.store.RepositoryTable;
import dev.pullcord.server.store.RepositoryTable.KeptRef;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectIdRef;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevWalk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes branches, tags and HEAD on the disk what the store says. A commit that no ref of the store
 * leads to stays under a name of its own ({@link LeftRefs}), and the log says so: the store may be
 * older than the disk.
 */
final class DiskRefs {
  private static final Logger LOG = LoggerFactory.getLogger(DiskRefs.class);
  private static final List<String> KEPT = List.of(Constants.R_HEADS, Constants.R_TAGS);

  /** Where this one has set refs: to move on from there leaves nothing behind unsaid. */
  private final Map<String, String> given = new HashMap<>();

  /** Whether the store has refs of this name. */
  static boolean isKept(String name) {
    return KEPT.stream().anyMatch(name::startsWith);
  }

  /** The refs on the disk that a store keeps, by name; HEAD is not one of them. */
  static Map<String, ObjectId> of(Repository repository) throws IOException {
    Map<String, ObjectId> refs = new TreeMap<>();
    for (String prefix : KEPT) {
      for (Ref ref : repository.getRefDatabase().getRefsByPrefix(prefix)) {
        ObjectId id = ref.getObjectId();
        if (id != null) {
          refs.put(ref.getName(), id);
        }
      }
    }
    return refs;
  }

  /** A ref that this one cannot be beside: one is the folder of the other. */
  static Optional<String> inTheWay(String name, NavigableSet<String> others) {
    for (int at = name.lastIndexOf('/'); at > 0; at = name.lastIndexOf('/', at - 1)) {
      if (others.contains(name.substring(0, at))) {
        return Optional.of(name.substring(0, at));
      }
    }
    return Optional.ofNullable(others.ceiling(name + "/")).filter(n -> n.startsWith(name + "/"));
  }

  /**
   * Makes them so; the objects are here. One that cannot be beside another is left out: a server of
   * before could be killed before it took such a move back.
   *
   * @return how many refs have changed
   */
  int make(Repository repository, Collection<KeptRef> wanted) throws IOException {
    Map<String, KeptRef> there = new TreeMap<>();
    wanted.forEach(ref -> there.put(ref.name(), ref));
    KeptRef head = there.remove(RepositoryTable.HEAD);
    Map<String, ObjectId> here = of(repository);
    List<String> gone = new ArrayList<>(here.keySet());
    gone.removeAll(there.keySet());
    int changed = 0;
    for (Map.Entry<String, ObjectId> ref : here.entrySet()) {
      KeptRef now = there.get(ref.getKey());
      if (now == null || !now.target().equals(ref.getValue().name())) {
        keepWhatIsOnlyHere(repository, ref.getKey(), ref.getValue(), there.values());
      }
    }
    for (String name : gone) { // first, since a branch "a" is in the way of a branch "a/b"
      RefUpdate update = repository.updateRef(name);
      update.setForceUpdate(true);
      require(name, update.delete());
      changed++;
    }
    NavigableSet<String> names = new TreeSet<>(here.keySet());
    gone.forEach(names::remove);
    for (KeptRef ref : there.values()) {
      ObjectId id = ObjectId.fromString(ref.target());
      Optional<String> other = inTheWay(ref.name(), names);
      if (other.isPresent()) {
        LOG.warn(
            "REF_CONFLICT  the database has {} at {}, which cannot be beside {}: it is left out",
            ref.name(),
            ref.target(),
            other.get());
      } else if (!id.equals(here.get(ref.name()))) {
        point(repository, ref, id);
        names.add(ref.name());
        changed++;
      }
    }
    if (head != null) {
      RefUpdate update = repository.updateRef(Constants.HEAD);
      update.disableRefLog();
      require(Constants.HEAD, update.link(head.target()));
    }
    given.clear();
    there.forEach((name, ref) -> given.put(name, ref.target()));
    return changed;
  }

  private static void point(Repository repository, KeptRef ref, ObjectId id) throws IOException {
    RefUpdate update = repository.updateRef(ref.name());
    update.setNewObjectId(id);
    // A deployment learns there who moved the branch.
    update.setRefLogIdent(new PersonIdent(ref.movedBy(), ref.movedBy() + "@pullcord"));
    update.setRefLogMessage("from the database", false);
    require(ref.name(), update.forceUpdate());
  }

  private static void require(String name, RefUpdate.Result result) throws IOException {
    switch (result) {
      case NEW, FORCED, FAST_FORWARD, NO_CHANGE, RENAMED -> {}
      default -> throw new IOException(name + " cannot be moved to where it is: " + result);
    }
  }

  private void keepWhatIsOnlyHere(
      Repository repository, String name, ObjectId id, Collection<KeptRef> there)
      throws IOException {
    if (id.name().equals(given.get(name)) || isLedTo(repository, id, there)) {
      return;
    }
    String kept = LeftRefs.keep(repository, name, id);
    LOG.warn(
        "LEFT_BEHIND  {} was at {} on this disk, and nothing in the database leads there: it is"
            + " kept as {}",
        name,
        id.name(),
        kept);
  }

  private static boolean isLedTo(Repository repository, ObjectId id, Collection<KeptRef> there)
      throws IOException {
    if (there.stream().anyMatch(ref -> ref.target().equals(id.name()))) {
      return true;
    }
    try (RevWalk walk = new RevWalk(repository)) {
      RevObject object = walk.parseAny(id);
      List<Ref> refs = new ArrayList<>();
      for (KeptRef ref : there) {
        if (walk.peel(walk.parseAny(ObjectId.fromString(ref.target()))) instanceof RevCommit to) {
          refs.add(new ObjectIdRef.PeeledNonTag(Ref.Storage.LOOSE, ref.name(), to));
        }
      }
      return object instanceof RevCommit commit && walk.isMergedIntoAny(commit, refs);
    }
  }
}

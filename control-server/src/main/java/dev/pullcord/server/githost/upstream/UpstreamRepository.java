package dev.pullcord.server.githost.upstream;

import dev.pullcord.git.remote.IncomingRepository;
import dev.pullcord.git.remote.RemoteTransports;
import dev.pullcord.git.remote.access.RemoteFault;
import dev.pullcord.git.tree.PushedObjects;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.githost.entry.EntryLimits;
import dev.pullcord.server.githost.entry.RefLocks;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.githost.repository.Upkeep;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.FetchResult;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TrackingRefUpdate;
import org.eclipse.jgit.transport.Transport;
import org.jspecify.annotations.Nullable;

/**
 * The upstream as git sees it. What it has is kept below {@code refs/upstream/} of the hosted
 * repository, where no node and no branch is touched by it. Used by one thread.
 */
public final class UpstreamRepository {
  private static final String REFS = "refs/";
  private static final String TRACKED = "refs/upstream/";

  /** A pack that may come better the second time; all others are the same again. */
  private static final String BROKEN = "PACK_CORRUPT";

  private final RepositoryStore store;
  private final RemoteTransports transports;
  private final RefLocks locks;

  /** Objects that were refused, by ref: they are not fetched again and again. */
  private final Map<String, Refused> refused = new HashMap<>();

  /**
   * That upstream.
   *
   * @param transports to it
   * @param store what is fetched to
   */
  public UpstreamRepository(RemoteTransports transports, RepositoryStore store) {
    this.transports = transports;
    this.store = store;
    this.locks = new RefLocks(store.repository().getDirectory().toPath());
  }

  /**
   * Objects that were not taken.
   *
   * @param commit what the ref names at the upstream
   * @param why a line that begins with a code
   */
  public record Refused(CommitId commit, String why) {}

  /** Which of its refs are wanted. */
  @FunctionalInterface
  public interface Choice {
    /**
     * Chooses.
     *
     * @param names {@code refs/heads/main}, …
     * @param head the branch that HEAD names; null for none
     */
    Set<String> of(Set<String> names, @Nullable String head);
  }

  /**
   * What the upstream has, by full name.
   *
   * @param refs those that were chosen; their objects are here
   * @param refused those whose objects were not taken, and why
   * @param head the branch that HEAD names, short; null for none
   * @param branches all that it has, short
   */
  public record Fetched(
      Map<String, CommitId> refs,
      Map<String, Refused> refused,
      @Nullable String head,
      List<String> branches) {
    /** Whether it has no branch at all. */
    public boolean empty() {
      return branches.isEmpty();
    }

    /** Whether one of its branches was chosen. */
    public boolean hasBranch() {
      return Stream.concat(refs.keySet().stream(), refused.keySet().stream())
          .anyMatch(name -> name.startsWith(Constants.R_HEADS));
    }
  }

  /** Looks, and fetches what is not here yet. */
  public Fetched fetch(Choice choice) throws RemoteFault {
    try {
      Map<String, ObjectId> all = new TreeMap<>();
      String head;
      try (Transport transport = open();
          FetchConnection connection = transport.openFetch()) {
        head = read(connection, all);
      }
      Set<String> chosen = choice.of(all.keySet(), head);
      List<String> branches =
          all.keySet().stream()
              .filter(n -> n.startsWith(Constants.R_HEADS))
              .map(n -> n.substring(Constants.R_HEADS.length()))
              .toList();
      forget(chosen);
      get(chosen, all);
      Map<String, CommitId> refs = new TreeMap<>();
      chosen.forEach(name -> tracked(name).ifPresent(id -> refs.put(name, id)));
      return new Fetched(refs, refusals(chosen), head, branches);
    } catch (IOException | RuntimeException e) {
      throw FetchFault.of(transports, e);
    }
  }

  private static @Nullable String read(FetchConnection connection, Map<String, ObjectId> all) {
    String head = null;
    for (Ref ref : connection.getRefs()) {
      ObjectId id = ref.getObjectId();
      if (ref.getName().equals(Constants.HEAD) && ref.isSymbolic()) {
        String target = ref.getTarget().getName();
        head =
            target.startsWith(Constants.R_HEADS)
                ? target.substring(Constants.R_HEADS.length())
                : null;
      } else if (id != null && ref.getName().startsWith(REFS)) {
        all.put(ref.getName(), id);
      }
    }
    return head;
  }

  /** First, since a branch {@code a} is in the way of a branch {@code a/b}. */
  private void forget(Set<String> chosen) throws IOException {
    for (Ref ref : store.refs(TRACKED)) {
      if (!chosen.contains(original(ref.getName()))) {
        RefUpdate update = store.repository().updateRef(ref.getName());
        update.setForceUpdate(true);
        locks.clear(ref.getName());
        check(ref.getName(), update.delete());
      }
    }
    refused.keySet().retainAll(chosen);
  }

  private void get(Set<String> chosen, Map<String, ObjectId> all) throws IOException {
    List<String> missing = new ArrayList<>();
    for (String name : chosen) {
      CommitId wanted = RepositoryStore.commitId(id(name, all));
      Refused before = refused.get(name);
      if (tracked(name).filter(wanted::equals).isPresent()) {
        refused.remove(name); // the upstream went back to one that is here
      } else if (before == null || !before.commit().equals(wanted)) {
        refused.remove(name);
        missing.add(name);
      }
    }
    if (missing.isEmpty()) {
      return;
    }
    store.requireRoom();
    try {
      take(missing);
      missing.forEach(refused::remove);
    } catch (IOException | RuntimeException e) {
      Optional<String> why = FetchFault.objects(e);
      if (why.isEmpty()) {
        throw e;
      }
      if (missing.size() == 1 && !why.get().startsWith(BROKEN)) {
        refuse(missing.getFirst(), id(missing.getFirst(), all), why.get());
        return;
      }
      // One of them is bad: it does not keep the others.
      for (String name : missing) {
        alone(name, id(name, all));
      }
    }
  }

  private void refuse(String name, ObjectId id, String why) {
    refused.put(name, new Refused(RepositoryStore.commitId(id), why));
  }

  private static ObjectId id(String name, Map<String, ObjectId> all) {
    return Objects.requireNonNull(all.get(name), name);
  }

  private void alone(String name, ObjectId id) throws IOException {
    try {
      take(List.of(name));
      refused.remove(name);
    } catch (IOException | RuntimeException e) {
      Optional<String> why = FetchFault.objects(e);
      if (why.isEmpty()) {
        throw e;
      }
      refuse(name, id, why.get());
    }
  }

  private void take(Collection<String> names) throws IOException {
    List<RefSpec> specs =
        names.stream().map(n -> new RefSpec("+" + n + ":" + tracking(n))).toList();
    try (Upkeep.Push _ = store.pushing();
        Transport transport = open()) {
      for (String name : names) {
        locks.clear(tracking(name));
      }
      transport.setObjectChecker(new PushedObjects());
      FetchResult fetched = transport.fetch(NullProgressMonitor.INSTANCE, specs);
      for (TrackingRefUpdate update : fetched.getTrackingRefUpdates()) {
        check(update.getLocalName(), update.getResult());
      }
    } finally {
      store.pushed();
    }
  }

  /** JGit says only here that a ref was not moved. */
  private void check(String ref, RefUpdate.Result result) throws IOException {
    switch (result) {
      case NEW, FAST_FORWARD, FORCED, NO_CHANGE -> {}
      default ->
          throw RemoteFault.unreachable(
              "REF_LOCK  "
                  + locks
                      .found(ref)
                      .map(lock -> lock + "; what no git command holds is removed after a minute")
                      .orElse(ref + " of the server's repository cannot be moved: " + result));
    }
  }

  private Map<String, Refused> refusals(Set<String> chosen) {
    Map<String, Refused> found = new TreeMap<>(refused);
    found.keySet().retainAll(chosen);
    return found;
  }

  private Optional<CommitId> tracked(String name) {
    try {
      Ref ref = store.repository().exactRef(tracking(name));
      ObjectId id = ref == null ? null : ref.getObjectId();
      return Optional.ofNullable(id).map(RepositoryStore::commitId);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + tracking(name), e);
    }
  }

  private static String tracking(String name) {
    return TRACKED + name.substring(REFS.length());
  }

  private static String original(String tracking) {
    return REFS + tracking.substring(TRACKED.length());
  }

  private Transport open() throws IOException {
    return transports.open(
        new IncomingRepository((FileRepository) store.repository(), EntryLimits.FETCH));
  }
}

package dev.pullcord.server.githost;

import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.desired.Withheld;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.desired.DesiredStates;
import dev.pullcord.server.githost.repository.PackSettings;
import dev.pullcord.server.githost.repository.RepositoryStore;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectIdRef;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.ObjectInfoRequest;
import org.eclipse.jgit.transport.PreUploadHook;
import org.eclipse.jgit.transport.ProtocolV2Hook;
import org.eclipse.jgit.transport.ServiceMayNotContinueException;
import org.eclipse.jgit.transport.UploadPack;
import org.jspecify.annotations.Nullable;

/**
 * The repository as one node sees it: the commit that it is to run, the one that it is to get ready
 * and, while it is pinned, the one it goes to afterwards. Nothing that these do not contain can be
 * fetched, whatever the client asks for and in whichever version of the protocol.
 */
public final class AssignedRefs {
  static final String TARGET = "refs/pullcord/target";
  static final String AFTER = "refs/pullcord/after";
  static final String STAGE = "refs/pullcord/stage";
  static final String LATER = "refs/pullcord/later";

  private final DesiredStates desired;

  AssignedRefs(DesiredStates desired) {
    this.desired = desired;
  }

  /** A fetch for this node. */
  UploadPack uploadPack(Repository repository, NodeName node) {
    UploadPack upload = new UploadPack(repository);
    upload.setAdvertisedRefs(refs(desired.of(node)));
    upload.setRequestPolicy(UploadPack.RequestPolicy.ADVERTISED);
    upload.setPackConfig(PackSettings.forAgents(repository, false));
    upload.setPreUploadHook(new DeltasForUpdates(repository));
    upload.setProtocolV2Hook(new NoObjectInfo());
    return upload;
  }

  /** The commits that a node with this state may have. */
  public static boolean mayHave(DesiredState state, CommitId commit) {
    return commits(state).contains(commit);
  }

  /** The commits that a node with this state is assigned. */
  public static List<CommitId> commits(DesiredState state) {
    return Stream.of(
            state.commit(),
            state.pin() == null ? null : state.pin().after().commit(),
            state.stage(),
            later(state))
        .flatMap(Stream::ofNullable)
        .toList();
  }

  /** What the node will run by itself, also when this server is away then. */
  private static @Nullable CommitId later(DesiredState state) {
    Withheld withheld = state.withheld();
    return withheld == null || withheld.until() == null ? null : withheld.commit();
  }

  static Map<String, Ref> refs(Optional<DesiredState> state) {
    Map<String, Ref> refs = new TreeMap<>();
    state.ifPresent(s -> {
      add(refs, TARGET, s.commit());
      if (s.pin() != null) {
        add(refs, AFTER, s.pin().after().commit());
      }
      add(refs, STAGE, s.stage());
      add(refs, LATER, later(s));
    });
    return refs;
  }

  private static void add(Map<String, Ref> refs, String name, @Nullable CommitId commit) {
    if (commit != null) {
      ObjectId id = RepositoryStore.objectId(commit);
      refs.put(name, new ObjectIdRef.PeeledNonTag(Ref.Storage.LOOSE, name, id));
    }
  }

  /**
   * {@code object-info} would tell of every object of the repository whether it is there. JGit
   * answers it also when it is not advertised.
   */
  private static final class NoObjectInfo implements ProtocolV2Hook {
    @Override
    public void onObjectInfo(ObjectInfoRequest request) throws ServiceMayNotContinueException {
      throw new ServiceMayNotContinueException(
          "object-info is not offered to nodes; fetch the target");
    }
  }

  /**
   * Updates are small and worth the search for deltas. A first fetch gets the objects as they are
   * stored: many nodes that join at once must not each cost a search through the whole history.
   */
  private record DeltasForUpdates(Repository repository) implements PreUploadHook {
    @Override
    public void onBeginNegotiateRound(
        UploadPack upload, Collection<? extends ObjectId> wants, int haves) {
      // Nothing to decide yet.
    }

    @Override
    public void onEndNegotiateRound(
        UploadPack upload,
        Collection<? extends ObjectId> wants,
        int common,
        int missing,
        boolean ready) {
      // Nothing to decide yet.
    }

    @Override
    public void onSendPack(
        UploadPack upload,
        Collection<? extends ObjectId> wants,
        Collection<? extends ObjectId> haves) {
      upload.setPackConfig(PackSettings.forAgents(repository, !haves.isEmpty()));
    }
  }
}

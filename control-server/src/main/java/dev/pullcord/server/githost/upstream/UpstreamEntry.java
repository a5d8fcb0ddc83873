package dev.pullcord.server.githost.upstream;

import dev.pullcord.git.tree.ReleaseContent;
import dev.pullcord.protocol.error.CodedText;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.deployment.Followers;
import dev.pullcord.server.githost.entry.CommitRules;
import dev.pullcord.server.githost.entry.RefMoves;
import dev.pullcord.server.githost.repository.RepositoryStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.jspecify.annotations.Nullable;

/** Lets a fetched commit enter: by the rules of a push, and by the same move of the ref. */
public final class UpstreamEntry {
  private final CommitRules rules;
  private final RepositoryStore store;
  private final RefMoves moves;

  /** By those rules. */
  public UpstreamEntry(CommitRules rules) {
    this.rules = rules;
    this.store = rules.store();
    this.moves = new RefMoves(store);
  }

  /** Where nodes that follow the ref are led; empty while there is no such ref. */
  public Optional<CommitId> held(String name) {
    try {
      Ref ref = store.repository().exactRef(name);
      return Optional.ofNullable(ref == null ? null : ref.getObjectId())
          .map(RepositoryStore::commitId);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name, e);
    }
  }

  /** Whether this commit contains that one, so that nothing is taken back. */
  public boolean contains(CommitId commit, CommitId earlier) {
    try (RevWalk walk = new RevWalk(store.repository())) {
      RevObject newer = walk.peel(walk.parseAny(RepositoryStore.objectId(commit)));
      RevObject older = walk.peel(walk.parseAny(RepositoryStore.objectId(earlier)));
      return newer instanceof RevCommit after
          && older instanceof RevCommit before
          && walk.isMergedInto(before, after);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot compare " + commit + " with " + earlier, e);
    }
  }

  /** Why nodes must not get this commit, a line each; tags are looked at when they are used. */
  public List<String> problems(String name, CommitId commit) {
    return name.startsWith(Constants.R_HEADS)
        ? rules.problems(name.substring(Constants.R_HEADS.length()), commit, true)
        : List.of();
  }

  /** What is worth a word of a commit that nodes may get; empty where nothing is. */
  public String note(String name, CommitId commit) {
    try {
      return name.startsWith(Constants.R_HEADS)
              && store.content(commit) instanceof ReleaseContent.Deployable release
              && !release.warnings().isEmpty()
          ? release.warnings().getFirst()
              + (release.warnings().size() == 1 ? "" : ", and there are more")
          : "";
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the tree of " + commit, e);
    }
  }

  /** The nodes that follow the branch or are pinned to it; none of a tag. */
  public Followers followers(String name) {
    return name.startsWith(Constants.R_HEADS)
        ? rules.followers(name.substring(Constants.R_HEADS.length()))
        : new Followers(List.of(), List.of());
  }

  /** Whether the branch is the one that new nodes follow. */
  public boolean isDefault(String name) {
    return name.equals(Constants.R_HEADS + store.defaultBranch());
  }

  /**
   * Moves a ref.
   *
   * @param to null to delete it
   * @param who moves it, for its reflog
   * @return why it could not be moved; empty when it was
   */
  public Optional<String> move(
      String name, @Nullable CommitId from, @Nullable CommitId to, String who) {
    ReceiveCommand command = new ReceiveCommand(id(from), id(to), name);
    try (RevWalk walk = new RevWalk(store.repository())) {
      moves.move(
          List.of(command),
          walk,
          new PersonIdent(who, who + "@pullcord"),
          "fetch",
          new RefMoves.Rules(true, false));
      return switch (command.getResult()) {
        case OK -> Optional.empty();
        case LOCK_FAILURE ->
            Optional.of(
                "REF_LOCK  "
                    + moves
                        .locks()
                        .inTheWay(name)
                        .orElse(name + " cannot be written; is another ref of that name there?"));
        default ->
            Optional.of(
                "REF_LOCK  "
                    + name
                    + " cannot be moved: "
                    + (command.getMessage() == null
                        ? command.getResult()
                        : CodedText.sentence(command.getMessage())));
      };
    } catch (IOException e) {
      throw new UncheckedIOException("cannot move " + name, e);
    }
  }

  /** Whether the branch that new nodes follow has no commit. */
  public boolean defaultIsMissing() {
    return held(Constants.R_HEADS + store.defaultBranch()).isEmpty();
  }

  /** Lets new nodes follow this branch, and a clone begin with it. */
  public void makeDefault(String branch) {
    try {
      moves.head(Constants.R_HEADS + branch);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + branch + " the default branch", e);
    }
  }

  private static ObjectId id(@Nullable CommitId commit) {
    return commit == null ? ObjectId.zeroId() : RepositoryStore.objectId(commit);
  }
}

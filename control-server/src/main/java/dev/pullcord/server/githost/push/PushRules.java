package dev.pullcord.server.githost.push;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import dev.pullcord.server.deployment.Followers;
import dev.pullcord.server.githost.entry.CommitRules;
import dev.pullcord.server.githost.repository.CommitAuthor;
import dev.pullcord.server.githost.repository.RepositoryStore;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.transport.ReceiveCommand;

/**
 * Which updates of refs a push may make. Everything that is wrong with an update is said, not only
 * the first thing; the other updates of the same push are not touched by it.
 */
final class PushRules {
  private final CommitRules rules;
  private final RepositoryStore store;
  private final PushTarget target;

  /**
   * Rules.
   *
   * @param rules of every commit that comes in
   * @param target where pushes belong
   */
  PushRules(CommitRules rules, PushTarget target) {
    this.rules = rules;
    this.store = rules.store();
    this.target = target;
  }

  /** Where the refs are. */
  RepositoryStore store() {
    return store;
  }

  /** What is wrong with the update, a line each that begins with a code; empty if nothing is. */
  List<String> problems(ReceiveCommand command) {
    String ref = command.getRefName();
    if (!ref.startsWith(Constants.R_HEADS) && !ref.startsWith(Constants.R_TAGS)) {
      return List.of(
          "REF_NAME  "
              + Quoted.of(ref)
              + " cannot be pushed; refs/heads/<branch> or refs/tags/<tag> expected");
    }
    Optional<String> elsewhere = target.elsewhere(ref);
    if (elsewhere.isPresent()) {
      return List.of(elsewhere.get());
    }
    if (!ref.startsWith(Constants.R_HEADS)) {
      return List.of();
    }
    String branch = ref.substring(Constants.R_HEADS.length());
    Followers followers = rules.followers(branch);
    boolean followed = !followers.isEmpty();
    return switch (command.getType()) {
      case DELETE -> deletion(branch, followers);
      case UPDATE_NONFASTFORWARD ->
          followed ? List.of(rewritten(branch, command)) : commit(branch, command, false);
      case CREATE, UPDATE -> commit(branch, command, followed);
    };
  }

  /** What is worth a word about an update that may be made. */
  List<String> warnings(ReceiveCommand command) {
    String ref = command.getRefName();
    boolean branch = ref.startsWith(Constants.R_HEADS);
    if (!branch || command.getType() == ReceiveCommand.Type.DELETE) {
      return List.of();
    }
    CommitId commit = RepositoryStore.commitId(command.getNewId());
    return store.manifest(commit) instanceof ManifestResult.Valid
        ? store.problems(commit).stream()
            .map(problem -> "no node could run " + commit.abbreviated() + ": " + problem)
            .toList()
        : List.of();
  }

  private List<String> deletion(String branch, Followers followers) {
    boolean isDefault = branch.equals(store.defaultBranch());
    if (followers.isEmpty() && !isDefault) {
      return List.of();
    }
    // The default branch stays even when all of its nodes have gone elsewhere.
    String why =
        isDefault
            ? "it is the default branch, which new nodes follow; to take back what was pushed to"
                + " it, push what git revert makes"
            : followers.wayOn();
    return List.of("REF_DELETE_DENIED  " + branch + " cannot be deleted: " + why);
  }

  private static String rewritten(String branch, ReceiveCommand command) {
    return "REF_NON_FF  "
        + branch
        + " "
        + command.getOldId().abbreviate(7).name()
        + "…"
        + command.getNewId().abbreviate(7).name()
        + " would take commits back that nodes may run; push a commit on top, git revert makes one";
  }

  private List<String> commit(String branch, ReceiveCommand command, boolean followed) {
    CommitId commit = RepositoryStore.commitId(command.getNewId());
    // What a branch or a tag leads to already is taken: nobody could mend it.
    if (store.commit(commit).filter(found -> !CommitAuthor.isDated(found)).isPresent()
        && !store.leadsTo(commit)) {
      return List.of(
          "OBJECT_INVALID  %s: the author's date of %s is none from year 1 to 9998; %s"
              .formatted(
                  branch,
                  commit.abbreviated(),
                  "git commit --amend --no-edit --date=now writes another"));
    }
    return rules.problems(branch, commit, followed);
  }
}

package dev.pullcord.server.githost.push;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.Labels;
import dev.pullcord.protocol.id.Shown;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.ManifestProblem;
import dev.pullcord.protocol.manifest.read.ManifestParser;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import dev.pullcord.server.deployment.Deployments;
import dev.pullcord.server.githost.repository.RepositoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.transport.ReceiveCommand;

/**
 * Which updates of refs a push may make. Everything that is wrong with an update is said, not only
 * the first thing; the other updates of the same push are not touched by it.
 */
final class PushRules {
  private static final int PROBLEMS_MAX = 20;

  private final RepositoryStore store;
  private final Deployments deployments;

  PushRules(RepositoryStore store, Deployments deployments) {
    this.store = store;
    this.deployments = deployments;
  }

  /** What is wrong with the update, a line each that begins with a code; empty if nothing is. */
  List<String> problems(ReceiveCommand command) {
    String ref = command.getRefName();
    if (!ref.startsWith(Constants.R_HEADS) && !ref.startsWith(Constants.R_TAGS)) {
      return List.of(
          "REF_NAME  "
              + Shown.of(ref)
              + " cannot be pushed; refs/heads/<branch> or refs/tags/<tag> expected");
    }
    if (!ref.startsWith(Constants.R_HEADS)) {
      return List.of();
    }
    String branch = ref.substring(Constants.R_HEADS.length());
    boolean followed = deployments.followed(branch);
    return switch (command.getType()) {
      case DELETE -> deletion(branch, followed);
      case UPDATE_NONFASTFORWARD ->
          followed ? List.of(rewritten(branch, command)) : manifest(branch, command, false);
      case CREATE, UPDATE -> manifest(branch, command, followed);
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

  private List<String> deletion(String branch, boolean followed) {
    if (!followed && !branch.equals(store.defaultBranch())) {
      return List.of();
    }
    String why = followed ? "nodes follow it or are pinned to it" : "it is the default branch";
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

  private List<String> manifest(String branch, ReceiveCommand command, boolean followed) {
    CommitId commit = RepositoryStore.commitId(command.getNewId());
    if (store.commit(commit).isEmpty()) {
      return List.of("OBJECT_INVALID  " + branch + ": a branch has to name a commit");
    }
    ManifestResult result = store.manifest(commit);
    if (result instanceof ManifestResult.Valid(Manifest manifest)) {
      List<String> wrong = onNodes(branch, manifest);
      // A branch that nobody follows may hold what no node can run; whoever lets a node follow it
      // is told then.
      boolean deployed = followed || branch.equals(store.defaultBranch());
      return wrong.isEmpty() && deployed ? store.problems(commit) : wrong;
    }
    List<ManifestProblem> found = ((ManifestResult.Invalid) result).problems();
    boolean missing = found.stream().anyMatch(p -> p.code().equals("MANIFEST_MISSING"));
    if (missing && !followed) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    found.forEach(problem -> lines.add(problem.text()));
    return lines;
  }

  /** What is wrong on nodes that there are, where entries of {@code nodes} meet. */
  private List<String> onNodes(String branch, Manifest manifest) {
    return deployments.labels(branch).stream()
        .flatMap(labels ->
            ManifestParser.on(manifest, labels)
                    instanceof ManifestResult.Invalid(List<ManifestProblem> problems)
                ? problems.stream()
                    .map(p -> p.text() + " (on nodes with " + Labels.text(labels) + ")")
                : Stream.empty())
        .sorted()
        .limit(PROBLEMS_MAX)
        .toList();
  }
}

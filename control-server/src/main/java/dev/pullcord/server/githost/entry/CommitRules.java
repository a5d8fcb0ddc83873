package dev.pullcord.server.githost.entry;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.Labels;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.ManifestProblem;
import dev.pullcord.protocol.manifest.read.ManifestParser;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import dev.pullcord.server.deployment.Deployments;
import dev.pullcord.server.deployment.Followers;
import dev.pullcord.server.githost.repository.RepositoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Decides whether a branch may be moved to a commit, whoever moves it. */
public final class CommitRules {
  private static final int PROBLEMS_MAX = 20;

  private final RepositoryStore store;
  private final Deployments deployments;

  /** For branches of that repository. */
  public CommitRules(RepositoryStore store, Deployments deployments) {
    this.store = store;
    this.deployments = deployments;
  }

  /** Where the commits are. */
  public RepositoryStore store() {
    return store;
  }

  /** The nodes that follow the branch or are pinned to it. */
  public Followers followers(String branch) {
    return deployments.followers(branch);
  }

  /**
   * What is wrong with the commit, a line each that begins with a code or a place; empty if nothing
   * is.
   *
   * @param deployed whether nodes run the branch or may do so without being looked at again
   */
  public List<String> problems(String branch, CommitId commit, boolean deployed) {
    if (store.commit(commit).isEmpty()) {
      return List.of("OBJECT_INVALID  " + branch + ": a branch has to name a commit");
    }
    ManifestResult result = store.manifest(commit);
    if (result instanceof ManifestResult.Valid(Manifest manifest)) {
      List<String> wrong = onNodes(branch, manifest);
      // A branch that nobody follows may hold what no node can run; whoever lets a node follow it
      // is told then.
      boolean looked = deployed || branch.equals(store.defaultBranch());
      return wrong.isEmpty() && looked ? store.problems(commit) : wrong;
    }
    List<ManifestProblem> found = ((ManifestResult.Invalid) result).problems();
    boolean missing = found.stream().anyMatch(p -> p.code().equals("MANIFEST_MISSING"));
    if (missing && !deployed) {
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

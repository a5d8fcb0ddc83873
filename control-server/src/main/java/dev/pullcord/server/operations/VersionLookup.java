package dev.pullcord.server.operations;

import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.read.ManifestParser;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import dev.pullcord.protocol.yaml.DidYouMean;
import dev.pullcord.server.desired.CommitSource;
import dev.pullcord.server.refusal.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns what a person calls a version into one that a node can run, or says why it cannot. */
public final class VersionLookup {
  private static final int MAX_PROBLEMS_SHOWN = 20;
  private static final int NAMED_MAX = 20;

  private final CommitSource commits;

  public VersionLookup(CommitSource commits) {
    this.commits = commits;
  }

  String defaultBranch() {
    return commits.defaultBranch();
  }

  /**
   * What a name stands for.
   *
   * @param ref the branch's short name, or what was asked for
   * @param branch whether it moves
   * @param commit what it is now
   */
  public record Found(String ref, boolean branch, CommitId commit) {}

  /** A branch, tag or commit with a good manifest. */
  public Found any(String ref) {
    Found found =
        switch (commits.resolve(ref)) {
          case CommitSource.Resolution.Branch b -> new Found(b.name(), true, b.commit());
          case CommitSource.Resolution.Fixed f -> new Found(ref, false, f.commit());
          case CommitSource.Resolution.None n ->
              throw new Refusal(Refusal.Kind.INVALID, n.code(), n.detail(), "ref");
        };
    requireManifest(found.commit());
    return found;
  }

  /** A branch whose head has a good manifest; HEAD's branch also while nothing was pushed to it. */
  void requireBranch(String branch) {
    CommitId head = commits.heads().get(branch);
    missing(branch)
        .ifPresent(what -> {
          throw new Refusal(Refusal.Kind.INVALID, "REF_MISSING", what, "ref");
        });
    if (head != null) {
      requireManifest(head);
    }
  }

  /** That there is no such branch, in words; HEAD's branch is one before anything was pushed. */
  public Optional<String> missing(String branch) {
    Set<String> known = new TreeSet<>(commits.heads().keySet());
    known.add(commits.defaultBranch());
    return known.contains(branch)
        ? Optional.empty()
        : Optional.of(
            "there is no branch "
                + Quoted.of(branch)
                + "; there are: "
                + String.join(", ", known.stream().limit(NAMED_MAX).toList())
                + DidYouMean.of(branch, known));
  }

  /** The workers that a node with these labels is to run. */
  Set<String> workers(@Nullable DesiredState decision, Map<String, String> labels) {
    CommitId commit = decision == null ? null : decision.commit();
    return commit != null
            && commits.manifest(commit) instanceof ManifestResult.Valid(Manifest whole)
            && ManifestParser.on(whole, labels) instanceof ManifestResult.Valid(Manifest own)
        ? own.workers().keySet()
        : Set.of();
  }

  private void requireManifest(CommitId commit) {
    List<String> problems = commits.problems(commit);
    if (!problems.isEmpty()) {
      boolean manifest = problems.getFirst().startsWith("MANIFEST_");
      throw new Refusal(
          Refusal.Kind.INVALID,
          manifest ? "MANIFEST_INVALID" : problems.getFirst().split("  ", 2)[0],
          "no node can run "
              + commit.abbreviated()
              + ": "
              + problems.stream().limit(MAX_PROBLEMS_SHOWN).collect(Collectors.joining("; ")),
          "ref");
    }
  }
}

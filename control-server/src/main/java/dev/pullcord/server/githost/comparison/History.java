package dev.pullcord.server.githost.comparison;

import dev.pullcord.protocol.error.CodedText;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.desired.CommitHistory;
import dev.pullcord.server.githost.repository.CommitAuthor;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.plan.Comparison;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.jspecify.annotations.Nullable;

/** Compares two commits of the hosted repository. */
public final class History implements CommitHistory, Comparison {
  private static final int FILES_LOOKED_AT_MAX = 100_000;

  private final RepositoryStore store;

  /** Of that repository. */
  public History(RepositoryStore store) {
    this.store = store;
  }

  @Override
  public List<String> changes(@Nullable CommitId before, CommitId now) {
    try {
      return store.commit(now).isEmpty()
          ? List.of()
          : new CommitChanges(store)
              .between(known(before), now).stream().map(CodedText::sentence).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot compare " + before + " with " + now, e);
    }
  }

  @Override
  public Optional<Comparison.ByLabels> compare(@Nullable CommitId before, CommitId now) {
    if (store.commit(now).isEmpty() || (before != null && store.commit(before).isEmpty())) {
      return Optional.empty();
    }
    try {
      return new CommitChanges(store).compare(before, now).map(compared -> compared);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot compare " + before + " with " + now, e);
    }
  }

  @Override
  public List<String> ineffective(CommitId commit, Collection<Map<String, String>> nodes) {
    try {
      return store.commit(commit).isEmpty()
          ? List.of()
          : new IneffectiveParts(store).of(commit, nodes);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + commit, e);
    }
  }

  private @Nullable CommitId known(@Nullable CommitId commit) {
    return commit != null && store.commit(commit).isPresent() ? commit : null;
  }

  @Override
  public List<HistoryCommit> commits(@Nullable CommitId before, CommitId now, int limit) {
    Optional<RevCommit> newest = store.commit(now);
    Optional<RevCommit> old = before == null ? Optional.empty() : store.commit(before);
    if (newest.isEmpty()) {
      return List.of();
    }
    try (RevWalk walk = new RevWalk(store.repository())) {
      walk.markStart(walk.parseCommit(newest.get()));
      if (old.isPresent()) {
        walk.markUninteresting(walk.parseCommit(old.get()));
      }
      List<HistoryCommit> entries = new ArrayList<>();
      for (RevCommit commit : walk) {
        if (entries.size() == limit) {
          break;
        }
        entries.add(
            new HistoryCommit(
                RepositoryStore.commitId(commit),
                RepositoryStore.subject(commit),
                RepositoryStore.author(commit),
                CommitAuthor.when(commit)));
      }
      return entries;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the history of " + now, e);
    }
  }

  @Override
  public List<FilePatch> patches(
      @Nullable CommitId before, CommitId now, List<FileChange> files, int lines) {
    if (store.commit(now).isEmpty()) {
      return List.of();
    }
    try {
      return new CommitPatches(store)
          .of(known(before), now, files.stream().map(FileChange::path).toList(), lines);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot compare " + before + " with " + now, e);
    }
  }

  @Override
  public List<FileChange> files(@Nullable CommitId before, CommitId now, int limit) {
    if (store.commit(now).isEmpty()) {
      return List.of();
    }
    List<FileChange> changes = new ArrayList<>();
    try {
      new TreeDifference(store.repository())
          .walk(
              known(before),
              now,
              FILES_LOOKED_AT_MAX,
              (path, how) -> {
                if (changes.size() < limit) {
                  changes.add(new FileChange(path, how));
                }
                return changes.size() < limit;
              });
      return changes;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot compare " + before + " with " + now, e);
    }
  }
}

package dev.pullcord.server.githost.comparison;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.desired.CommitHistory.FilePatch;
import dev.pullcord.server.githost.repository.RepositoryStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.diff.DiffEntry;
import org.eclipse.jgit.diff.DiffFormatter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.AbstractTreeIterator;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;
import org.eclipse.jgit.treewalk.EmptyTreeIterator;
import org.eclipse.jgit.treewalk.filter.PathFilterGroup;
import org.jspecify.annotations.Nullable;

/** Writes how some files differ between two commits, as {@code git diff} does, within bounds. */
final class CommitPatches {
  private static final int FILE_BYTES_MAX = 256 << 10;
  private static final int LINE_CHARS_MAX = 500;

  private final RepositoryStore store;

  CommitPatches(RepositoryStore store) {
    this.store = store;
  }

  List<FilePatch> of(@Nullable CommitId before, CommitId now, List<String> paths, int lines)
      throws IOException {
    if (paths.isEmpty()) {
      return List.of();
    }
    List<FilePatch> patches = new ArrayList<>();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ObjectReader reader = store.repository().newObjectReader();
        RevWalk walk = new RevWalk(reader);
        DiffFormatter formatter = new DiffFormatter(out)) {
      formatter.setReader(reader, store.repository().getConfig());
      formatter.setBinaryFileThreshold(FILE_BYTES_MAX);
      formatter.setPathFilter(PathFilterGroup.createFromStrings(paths));
      for (DiffEntry entry : formatter.scan(tree(before, walk, reader), tree(now, walk, reader))) {
        out.reset();
        formatter.format(entry);
        patches.add(patch(entry, out.toString(StandardCharsets.UTF_8), lines));
      }
    }
    return patches;
  }

  private AbstractTreeIterator tree(@Nullable CommitId commit, RevWalk walk, ObjectReader reader)
      throws IOException {
    Optional<RevCommit> found = commit == null ? Optional.empty() : store.commit(commit);
    return found.isEmpty()
        ? new EmptyTreeIterator()
        : new CanonicalTreeParser(null, reader, walk.parseCommit(found.get()).getTree());
  }

  private static FilePatch patch(DiffEntry entry, String text, int limit) {
    String path =
        entry.getChangeType() == DiffEntry.ChangeType.DELETE
            ? entry.getOldPath()
            : entry.getNewPath();
    List<String> body = text.lines().dropWhile(l -> !l.startsWith("@@")).toList();
    List<String> shown =
        body.stream()
            .limit(limit)
            .map(l -> l.length() > LINE_CHARS_MAX ? l.substring(0, LINE_CHARS_MAX) + "…" : l)
            .toList();
    return new FilePatch(path, shown, body.size() > limit);
  }
}

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
import org.eclipse.jgit.diff.DiffAlgorithm;
import org.eclipse.jgit.diff.DiffEntry;
import org.eclipse.jgit.diff.DiffFormatter;
import org.eclipse.jgit.diff.HistogramDiff;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
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

  /** Of all files together: what is compared keeps one of a few processors. */
  private static final long BYTES_MAX = 1 << 20;

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
    long bytes = 0;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ObjectReader reader = store.repository().newObjectReader();
        RevWalk walk = new RevWalk(reader);
        DiffFormatter formatter = new DiffFormatter(out)) {
      formatter.setReader(reader, store.repository().getConfig());
      formatter.setBinaryFileThreshold(FILE_BYTES_MAX);
      formatter.setDiffAlgorithm(quick());
      formatter.setPathFilter(PathFilterGroup.createFromStrings(paths));
      for (DiffEntry entry : formatter.scan(tree(before, walk, reader), tree(now, walk, reader))) {
        out.reset();
        bytes += compared(reader, entry);
        boolean skipped = bytes > BYTES_MAX;
        if (!skipped) {
          formatter.format(entry);
        }
        patches.add(patch(entry, out.toString(StandardCharsets.UTF_8), lines, skipped));
      }
    }
    return patches;
  }

  /**
   * Takes time in proportion to the lines: where many lines are the same, a part counts as
   * replaced. JGit would look for the shortest difference there, in minutes for the 0s and 1s of a
   * table.
   */
  private static DiffAlgorithm quick() {
    HistogramDiff quick = new HistogramDiff();
    quick.setFallbackAlgorithm(null);
    return quick;
  }

  /** The bytes of both sides; a file that is too large is not read. */
  private static long compared(ObjectReader reader, DiffEntry entry) throws IOException {
    long bytes = 0;
    for (DiffEntry.Side side : List.of(DiffEntry.Side.OLD, DiffEntry.Side.NEW)) {
      if (FileMode.REGULAR_FILE.getObjectType() == entry.getMode(side).getObjectType()) {
        long size = reader.getObjectSize(entry.getId(side).toObjectId(), Constants.OBJ_BLOB);
        bytes += Math.min(size, FILE_BYTES_MAX);
      }
    }
    return bytes;
  }

  private AbstractTreeIterator tree(@Nullable CommitId commit, RevWalk walk, ObjectReader reader)
      throws IOException {
    Optional<RevCommit> found = commit == null ? Optional.empty() : store.commit(commit);
    return found.isEmpty()
        ? new EmptyTreeIterator()
        : new CanonicalTreeParser(null, reader, walk.parseCommit(found.get()).getTree());
  }

  private static FilePatch patch(DiffEntry entry, String text, int limit, boolean skipped) {
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
    return new FilePatch(path, shown, body.size() > limit, skipped);
  }
}

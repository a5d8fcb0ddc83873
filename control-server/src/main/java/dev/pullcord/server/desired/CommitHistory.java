package dev.pullcord.server.desired;

import dev.pullcord.protocol.id.CommitId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells people what lies between two commits; the git host does. All lists are bounded, and empty
 * where a commit is not in the repository any more.
 */
public interface CommitHistory {
  /** As a pusher is told: files by bundle, and which workers restart. */
  List<String> changes(@Nullable CommitId before, CommitId now);

  /**
   * What the commit's manifest says and nothing answers to, a line each; most often a typo.
   *
   * @param nodes the labels of the nodes that it would reach
   */
  default List<String> ineffective(CommitId commit, Collection<Map<String, String>> nodes) {
    return List.of();
  }

  /** The commits that are in {@code now} and not in {@code before}, newest first. */
  List<HistoryCommit> commits(@Nullable CommitId before, CommitId now, int limit);

  /** The files that differ, in order of path. */
  List<FileChange> files(@Nullable CommitId before, CommitId now, int limit);

  /**
   * How the text of those files differs, in order of path.
   *
   * @param lines at most so many of each file
   */
  default List<FilePatch> patches(
      @Nullable CommitId before, CommitId now, List<FileChange> files, int lines) {
    return List.of();
  }

  /**
   * The text of a file that differs, as {@code git diff} has it from its first {@code @@} on.
   *
   * @param lines none for a file that is binary or large
   * @param cut whether there are more
   * @param skipped whether it was not looked at, since the files up to it are over 1 MiB in all
   */
  record FilePatch(String path, List<String> lines, boolean cut, boolean skipped) {
    /** Copies. */
    public FilePatch {
      lines = List.copyOf(lines);
    }
  }

  /**
   * A commit for reading.
   *
   * @param subject the first line of its message
   * @param author the author's name
   * @param at when it was authored
   */
  record HistoryCommit(CommitId commit, String subject, String author, Instant at) {}

  /**
   * A file that differs.
   *
   * @param how {@code added}, {@code changed} or {@code removed}
   */
  record FileChange(String path, String how) {}
}

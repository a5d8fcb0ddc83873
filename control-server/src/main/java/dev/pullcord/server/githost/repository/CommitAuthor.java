package dev.pullcord.server.githost.repository;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.util.RawParseUtils;

/**
 * Who wrote a commit, and when. Git lets in whatever stands there, also a date after the end of
 * time, and one such commit must not keep a branch from its nodes.
 */
public final class CommitAuthor {
  private static final Instant OLDEST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant NEWEST = Instant.parse("9999-01-01T00:00:00Z");

  private CommitAuthor() {}

  /** The name; empty where there is none. */
  static String name(RevCommit commit) {
    try {
      return Optional.ofNullable(commit.getAuthorIdent()).map(PersonIdent::getName).orElse("");
    } catch (DateTimeException _) {
      return nameAlone(commit.getRawBuffer());
    }
  }

  private static String nameAlone(byte[] raw) {
    int begin = RawParseUtils.author(raw, 0);
    int end = begin < 0 ? -1 : RawParseUtils.nextLF(raw, begin, '<') - 1;
    return end < begin || begin < 0 ? "" : RawParseUtils.decode(raw, begin, end).strip();
  }

  /** When it was written; when it was committed where that cannot be. */
  public static Instant when(RevCommit commit) {
    return date(commit)
        .filter(CommitAuthor::isPossible)
        .orElseGet(() -> Instant.ofEpochSecond(commit.getCommitTime()));
  }

  /** Whether it says no date that cannot be. */
  public static boolean isDated(RevCommit commit) {
    try {
      PersonIdent author = commit.getAuthorIdent();
      return author == null || isPossible(author.getWhenAsInstant());
    } catch (DateTimeException _) {
      return false;
    }
  }

  private static boolean isPossible(Instant date) {
    return !date.isBefore(OLDEST) && date.isBefore(NEWEST);
  }

  private static Optional<Instant> date(RevCommit commit) {
    try {
      return Optional.ofNullable(commit.getAuthorIdent()).map(PersonIdent::getWhenAsInstant);
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }
}

package dev.pullcord.server.dashboard;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.desired.CommitHistory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A repository for pages that show nothing of its commits: it has none. */
public final class NoHistory implements CommitHistory {
  @Override
  public List<String> changes(@Nullable CommitId before, CommitId now) {
    return List.of();
  }

  @Override
  public List<HistoryCommit> commits(@Nullable CommitId before, CommitId now, int limit) {
    return List.of();
  }

  @Override
  public List<FileChange> files(@Nullable CommitId before, CommitId now, int limit) {
    return List.of();
  }
}

package dev.pullcord.agent.channel;

import com.fasterxml.jackson.core.JacksonException;
import dev.pullcord.agent.decision.Decision;
import dev.pullcord.agent.decision.DecisionSource;
import dev.pullcord.agent.source.BranchHead;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.NodeStatus.ServerContact;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides without a server: what the followed branch's head was when it was last asked for. The
 * last head stands while the remote is away or the branch is gone.
 */
public final class BranchPolling implements DecisionSource {
  private static final Logger LOG = LoggerFactory.getLogger(BranchPolling.class);

  private final Path file;
  private final String branch;
  private final Supplier<BranchHead> remote;
  private final Map<String, String> labels;
  private final Runnable changed;
  private volatile @Nullable Seen seen;
  private String lastProblem = "";

  /**
   * @param file {@code desired.json}
   * @param remote asks where the branch is
   * @param labels of this node
   * @param changed called after the head moved
   */
  public BranchPolling(
      Path file,
      String branch,
      Supplier<BranchHead> remote,
      Map<String, String> labels,
      Runnable changed) {
    this.file = file;
    this.branch = branch;
    this.remote = remote;
    this.labels = labels;
    this.changed = changed;
    this.seen = read(file);
  }

  /**
   * What is on disk.
   *
   * @param revision counts the heads seen
   * @param branch whose head it was
   * @param commit the head
   */
  record Seen(long revision, String branch, CommitId commit) {}

  @Override
  public Optional<Decision> current() {
    Seen known = seen;
    if (known == null || !known.branch().equals(branch)) {
      return Optional.empty();
    }
    return Optional.of(
        new Decision(known.revision(), branch, known.commit(), null, null, 0, labels, Orders.NONE));
  }

  @Override
  public @Nullable ServerContact contact() {
    return null;
  }

  /** Asks the remote, once. */
  public synchronized void poll() {
    switch (remote.get()) {
      case BranchHead.At(CommitId commit) -> {
        said("");
        moved(commit);
      }
      case BranchHead.Missing(String reason) -> said(reason);
      case BranchHead.Unreachable(String reason) -> said(reason);
    }
  }

  private void moved(CommitId commit) {
    Seen known = seen;
    if (known != null && known.branch().equals(branch) && known.commit().equals(commit)) {
      return;
    }
    Seen now = new Seen(known == null ? 1 : known.revision() + 1, branch, commit);
    try {
      AtomicFiles.write(file, PullcordJson.write(now).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It still counts: after a restart the remote says it again.
      LOG.error("the decision is not kept on disk: {}", FileFault.of(e, file));
    }
    seen = now;
    LOG.info("{} is at {}", branch, commit.abbreviated());
    changed.run();
  }

  private void said(String problem) {
    if (problem.equals(lastProblem)) {
      return;
    }
    lastProblem = problem;
    if (problem.isEmpty()) {
      LOG.info("the remote answers again");
    } else {
      LOG.warn("{}; the last decision stands", problem);
    }
  }

  private static @Nullable Seen read(Path file) {
    if (!Files.exists(file)) {
      return null;
    }
    try {
      return PullcordJson.read(Files.readAllBytes(file), Seen.class);
    } catch (JacksonException e) {
      LOG.error("STATE_DAMAGED  {} is not as it was written; asking the remote", file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + FileFault.of(e, file), e);
    }
    return null;
  }
}

package dev.pullcord.agent.report;

import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.StepRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the pass puts what happened. */
public interface Reports {
  /**
   * Takes a report: on disk when this returns, sent afterwards. An agent without a server keeps
   * none.
   *
   * @throws java.io.UncheckedIOException when the disk does not take it; the steps may be given
   *     again with the next report
   */
  void record(long revision, @Nullable Long deployment, NodeStatus status, List<StepRecord> steps);

  /** Reports on disk that the server has not acknowledged. */
  int spooled();
}

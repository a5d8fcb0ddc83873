package dev.pullcord.agent.report;

import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.UnderWay;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Takes reports of what a pass did, to be sent to the server. */
public interface Reports {
  /**
   * Takes a report: on disk when this returns, or in memory when the disk does not take it; sent
   * afterwards. An agent without a server keeps none.
   */
  void record(long revision, @Nullable Long deployment, NodeStatus status, List<StepRecord> steps);

  /**
   * A step has begun. As long as it lasts the server is told what it does, if it can be, by asking
   * {@code progress} from another thread; nothing of that is kept on disk. Returns at once.
   */
  void began(Supplier<Optional<Progress>> progress);

  /**
   * What is under way.
   *
   * @param revision of the decision that the node acts on
   * @param deployment of that decision
   * @param status all of the node's state
   * @param step that it is in
   */
  record Progress(long revision, @Nullable Long deployment, NodeStatus status, UnderWay step) {}

  /** Reports that the server has not acknowledged. */
  int spooled();

  /** What keeps the server from taking them, in one line; null while nothing is known to. */
  default @Nullable String problem() {
    return null;
  }
}

package dev.pullcord.protocol.report;

import dev.pullcord.protocol.id.ReportNumber;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One report. The server stores it before it acknowledges it; the newest number alone sets the
 * node's state, older ones are history.
 *
 * @param number its place in the node's history
 * @param at the agent's clock when it was written
 * @param revision of the decision that the node acts on; 0 before the first
 * @param deployment of that decision
 * @param status all of the node's state
 * @param steps those that ended since the report before
 * @param underWay the step that the node is in; null in every report that has to arrive. With it a
 *     report is of this moment only: nobody keeps it, and the next one makes its loss good
 */
public record NodeReport(
    ReportNumber number,
    Instant at,
    long revision,
    @Nullable Long deployment,
    NodeStatus status,
    List<StepRecord> steps,
    @Nullable UnderWay underWay) {
  /** Copies the list. */
  public NodeReport {
    steps = List.copyOf(steps);
  }
}

package dev.pullcord.agent.control;

import dev.pullcord.agent.plan.Outlook;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.StepRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line that the agent sends back. There may be several: all but the last are progress.
 *
 * @param last whether nothing follows
 * @param status of the node, where there is one
 * @param steps for {@code log}
 * @param message what was done, or is being done
 * @param error what was wrong with the request; null if nothing
 * @param plan for {@code plan}
 */
public record Reply(
    boolean last,
    @Nullable NodeStatus status,
    List<StepRecord> steps,
    String message,
    @Nullable String error,
    @Nullable Outlook plan) {
  static final String OUT_OF_TIME = "the time is over, the pass goes on";

  /** Copies. */
  public Reply {
    steps = List.copyOf(steps);
  }

  static Reply failed(String error) {
    return new Reply(true, null, List.of(), "", error, null);
  }

  static Reply of(NodeStatus status, String message) {
    return new Reply(true, status, List.of(), message, null, null);
  }

  static Reply progress(NodeStatus status) {
    return new Reply(false, status, List.of(), "", null, null);
  }
}

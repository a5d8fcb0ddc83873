package dev.pullcord.agent.loop;

import dev.pullcord.agent.plan.Foreseen;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.StepRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The converging part of the agent, as the rest of the agent sees it. */
public interface AgentCore {
  /** Raises the flag; returns at once, with a number to ask {@link #served} about. */
  long raise(Trigger trigger);

  /** Whether a pass that began after this raise has ended. */
  boolean served(long raise);

  /** What the node says of itself now. */
  NodeStatus status();

  /**
   * What the next pass would do; changes nothing.
   *
   * @param asked at least seven digits of a commit, or the node's ref; null for its target
   */
  Foreseen foresee(@Nullable String asked);

  /** Ends the quarantine of the present target, if there is one; returns what was done. */
  String retry();

  /** The steps of the last passes, oldest first. */
  List<StepRecord> transcript(int passes);
}

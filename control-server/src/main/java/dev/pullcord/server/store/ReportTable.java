package dev.pullcord.server.store;

import dev.pullcord.protocol.id.ReportNumber;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.StepRecord;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What agents reported. Bounded: for each node the numbers of the newest {@link #NUMBERS_KEPT}
 * reports and the newest {@link #STEPS_KEPT} steps.
 */
public interface ReportTable {
  /** How many reports of a node are told from replays one by one; older ones count as replays. */
  int NUMBERS_KEPT = 1000;

  /** How many steps of a node are kept. */
  int STEPS_KEPT = 2000;

  /** What stands in place of an output beyond the bound of those that are read. */
  String LEFT_OUT = "(left out: the steps after this one have more output than is shown at once)";

  /** Notes the number. False if it was there before, or is older than those that are kept. */
  boolean accept(long node, ReportNumber number);

  /** Keeps the status if no newer one is kept. Returns whether it is the newest now. */
  boolean save(Latest latest);

  /** The newest status of every node. */
  List<Latest> all();

  /** The numbers that are kept of a node, in order. */
  List<ReportNumber> numbers(long node);

  /** Adds the steps of one report. */
  void addSteps(long node, ReportNumber number, @Nullable Long deployment, List<StepRecord> steps);

  /**
   * What a node did for a deployment, in the order it was done.
   *
   * @param outputMax how many characters of output all of them have together; the newest have it,
   *     the others {@link #LEFT_OUT} in its place
   */
  List<StepRecord> steps(long deployment, long node, int outputMax);

  /** What a node did last, in the order it was done; the output as for {@link #steps}. */
  List<Done> lastSteps(long node, int limit, int outputMax);

  /** The same, with no output, which is not read either. */
  List<StepRecord> lastStepsWithoutOutput(long node, int limit);

  /** Forgets all of a node. */
  void forget(long node);

  /**
   * A step that has ended.
   *
   * @param deployment that it was done for; null when it was for none
   */
  record Done(@Nullable Long deployment, StepRecord step) {}

  /**
   * The newest that a node said.
   *
   * @param node its id
   * @param number of the report
   * @param receivedAt by the server's clock
   * @param revision of the decision that the node acts on
   * @param status all of its state
   */
  record Latest(
      long node, ReportNumber number, Instant receivedAt, long revision, NodeStatus status) {}
}

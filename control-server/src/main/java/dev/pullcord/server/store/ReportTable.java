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

  /** What a node did for a deployment, in the order it was done. */
  List<StepRecord> steps(long deployment, long node);

  /** What a node did last, in the order it was done. */
  List<Done> lastSteps(long node, int limit);

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

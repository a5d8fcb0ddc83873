package dev.pullcord.agent.report;

import dev.pullcord.protocol.id.ReportNumber;
import dev.pullcord.protocol.report.NodeReport;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.StepRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A report on disk. Its number is decided once and written down before it is first sent, so that
 * sending it again, also by the next start of the agent, is the same report.
 *
 * @param epoch 0 while no server has ever issued one
 * @param n counts on this node, over all epochs
 */
record SpooledReport(
    long epoch,
    long n,
    Instant at,
    long revision,
    @Nullable Long deployment,
    NodeStatus status,
    List<StepRecord> steps) {
  SpooledReport {
    if (epoch < 0 || n < 1) {
      throw new IllegalArgumentException("report " + epoch + "." + n + " is below 0.1");
    }
    steps = List.copyOf(steps);
  }

  SpooledReport inEpoch(long issued) {
    return new SpooledReport(issued, n, at, revision, deployment, status, steps);
  }

  NodeReport numbered() {
    return new NodeReport(
        new ReportNumber(epoch, n), at, revision, deployment, status, steps, null);
  }

  /** The same with at most so many characters of each step's output; the end is kept. */
  SpooledReport withOutputsOf(int charsMax) {
    List<StepRecord> shorter = new ArrayList<>();
    for (StepRecord step : steps) {
      int cut = step.output().length() - charsMax;
      String output =
          cut <= 0
              ? step.output()
              : "[" + cut + " characters cut here]\n" + step.output().substring(cut);
      shorter.add(step.withOutput(output));
    }
    return new SpooledReport(epoch, n, at, revision, deployment, status, shorter);
  }
}

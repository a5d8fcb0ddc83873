package dev.pullcord.server.report;

import dev.pullcord.protocol.report.StepRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps steps within bounds, and reads from them what is at fault; pure functions. */
final class Steps {
  private Steps() {}

  /** The last so many, each with the last 64 KiB of its output: the cause is at the end. */
  static List<StepRecord> bounded(List<StepRecord> steps, int most) {
    return steps.subList(Math.max(0, steps.size() - most), steps.size()).stream()
        .map(Steps::bounded)
        .toList();
  }

  private static StepRecord bounded(StepRecord step) {
    byte[] bytes = step.output().getBytes(StandardCharsets.UTF_8);
    int from = bytes.length - StepRecord.OUTPUT_LIMIT_BYTES;
    if (from <= 0) {
      return step;
    }
    while ((bytes[from] & 0xC0) == 0x80) {
      from++;
    }
    return new StepRecord(
        step.pass(),
        step.index(),
        step.commit(),
        step.kind(),
        step.subject(),
        step.outcome(),
        step.startedAt(),
        step.tookMillis(),
        step.exitCode(),
        new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8));
  }

  /**
   * Who is at fault after these steps. A rollback that went well is no reason to forget what made
   * it necessary; a new pass is.
   */
  static StepRecord.@Nullable Outcome fault(
      StepRecord.@Nullable Outcome before, List<StepRecord> steps) {
    StepRecord.Outcome fault = before;
    for (StepRecord step : steps) {
      boolean firstOfPass = step.index() == 0;
      switch (step.outcome()) {
        case RELEASE_FAULT, ENVIRONMENT_FAULT -> fault = step.outcome();
        case OK, ABANDONED -> fault = firstOfPass ? null : fault;
      }
    }
    return fault;
  }
}

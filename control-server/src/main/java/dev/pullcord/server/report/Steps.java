package dev.pullcord.server.report;

import dev.pullcord.protocol.report.StepRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Keeps steps within bounds; pure functions. */
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
}

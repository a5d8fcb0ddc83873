package dev.pullcord.server.report;

import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.UnderWay;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Keeps steps within bounds; pure functions. */
final class StepBounds {
  private static final int SUBJECT_MAX = 500;

  private StepBounds() {}

  /** The last so many, each with the last 64 KiB of its output: the cause is at the end. */
  static List<StepRecord> bounded(List<StepRecord> steps, int most) {
    return steps.subList(Math.max(0, steps.size() - most), steps.size()).stream()
        .map(StepBounds::bounded)
        .toList();
  }

  /** What is under way, within the bounds that an agent keeps to. */
  static UnderWay bounded(UnderWay step) {
    String subject = step.subject();
    List<StepRecord> done = step.done();
    return step.with(
        subject.length() > SUBJECT_MAX ? subject.substring(0, SUBJECT_MAX) + "…" : subject,
        end(step.output(), UnderWay.OUTPUT_LIMIT_BYTES),
        done.subList(Math.max(0, done.size() - UnderWay.DONE_MAX), done.size()).stream()
            .map(s -> s.withOutput(end(s.output(), UnderWay.OUTPUT_LIMIT_BYTES)))
            .toList());
  }

  private static StepRecord bounded(StepRecord step) {
    return step.withOutput(end(step.output(), StepRecord.OUTPUT_LIMIT_BYTES));
  }

  private static String end(String output, int bytesMax) {
    byte[] bytes = output.getBytes(StandardCharsets.UTF_8);
    int from = bytes.length - bytesMax;
    if (from <= 0) {
      return output;
    }
    while ((bytes[from] & 0xC0) == 0x80) {
      from++;
    }
    return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
  }
}

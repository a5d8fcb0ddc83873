package dev.pullcord.agent.pass;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.plan.StepResult;
import dev.pullcord.agent.status.StatusBoard;
import dev.pullcord.agent.status.Transcripts;
import dev.pullcord.protocol.report.StepRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/** Measures steps and writes them down, for the transcript and the next report. */
final class StepLog {
  private final HostClock clock;
  private final Transcripts transcripts;
  private final StatusBoard board;
  private final Supplier<String> output;
  private long pass;
  private int index;

  /**
   * @param output what the command that runs now has written so far
   */
  StepLog(HostClock clock, Transcripts transcripts, StatusBoard board, Supplier<String> output) {
    this.clock = clock;
    this.transcripts = transcripts;
    this.board = board;
    this.output = output;
  }

  /** When a step began, on both clocks. */
  record Clocked(Instant startedAt, long beganNanos) {}

  Clocked clocked() {
    return new Clocked(clock.now(), clock.nanos());
  }

  /** For what began earlier, perhaps under an agent before this one. */
  Clocked clockedFrom(Instant startedAt) {
    Duration since = Duration.between(startedAt, clock.now());
    return new Clocked(startedAt, clock.nanos() - Math.max(0, since.toNanos()));
  }

  /** Runs a step of a pass and writes down what came of it. */
  StepResult measured(
      PassContext of, StepRecord.Kind kind, String subject, Supplier<StepResult> step) {
    Clocked began = begins(clocked(), of, kind, subject);
    return ended(began, of, kind, subject, step.get());
  }

  /** Shows a step as under way. */
  Clocked begins(Clocked began, PassContext of, StepRecord.Kind kind, String subject) {
    enter(of);
    board.began(
        new StatusBoard.Begun(
            of.decision(),
            pass,
            index,
            of.commit(),
            kind,
            subject,
            began.startedAt(),
            began.beganNanos(),
            output));
    return began;
  }

  private void enter(PassContext of) {
    if (of.number() != pass) {
      pass = of.number();
      index = 0;
    }
  }

  /** Writes down a step that has ended, and hands its result on. */
  StepResult ended(
      Clocked began, PassContext of, StepRecord.Kind kind, String subject, StepResult result) {
    enter(of);
    StepRecord ended =
        new StepRecord(
            pass,
            index++,
            of.commit(),
            kind,
            subject,
            result.outcome(),
            began.startedAt(),
            (clock.nanos() - began.beganNanos()) / 1_000_000,
            result.exitCode(),
            bounded(result.output()));
    transcripts.add(ended);
    board.ended(ended);
    return result;
  }

  private static String bounded(String output) {
    byte[] bytes = output.getBytes(StandardCharsets.UTF_8);
    int limit = StepRecord.OUTPUT_LIMIT_BYTES;
    return bytes.length <= limit
        ? output
        : new String(bytes, bytes.length - limit, limit, StandardCharsets.UTF_8);
  }
}

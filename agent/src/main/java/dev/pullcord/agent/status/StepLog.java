package dev.pullcord.agent.status;

import dev.pullcord.agent.decision.Decision;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.StepRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Measures steps and writes them down, for the transcript and the next report. */
public final class StepLog {
  private final HostClock clock;
  private final Transcripts transcripts;
  private final StatusBoard board;
  private final Supplier<String> output;
  private long pass;
  private int index;

  /**
   * Into those.
   *
   * @param output what the command that runs now has written so far
   */
  public StepLog(
      HostClock clock, Transcripts transcripts, StatusBoard board, Supplier<String> output) {
    this.clock = clock;
    this.transcripts = transcripts;
    this.board = board;
    this.output = output;
  }

  /**
   * The pass that a step is of.
   *
   * @param commit that the transcript and the reports name
   */
  public record Pass(@Nullable Decision decision, CommitId commit, long number) {}

  /**
   * A step that is under way.
   *
   * @param subject what it is about, for people
   * @param beganNanos on the monotonic clock
   */
  public record Begun(
      Pass pass, StepRecord.Kind kind, String subject, Instant startedAt, long beganNanos) {}

  /** Runs a step and writes down what came of it. */
  public StepResult measured(
      Pass of, StepRecord.Kind kind, String subject, Supplier<StepResult> step) {
    Begun begun = begins(of, kind, subject);
    return ended(begun, step.get());
  }

  /** Shows a step as under way. */
  public Begun begins(Pass of, StepRecord.Kind kind, String subject) {
    return show(new Begun(of, kind, subject, clock.now(), clock.nanos()));
  }

  /** Shows a step that began earlier, perhaps under an agent before this one. */
  public Begun began(Pass of, StepRecord.Kind kind, String subject, Instant startedAt) {
    Duration since = Duration.between(startedAt, clock.now());
    long beganNanos = clock.nanos() - Math.max(0, since.toNanos());
    return show(new Begun(of, kind, subject, startedAt, beganNanos));
  }

  private Begun show(Begun begun) {
    Pass of = begun.pass();
    enter(of);
    board.began(
        new StatusBoard.Begun(
            of.decision(),
            pass,
            index,
            of.commit(),
            begun.kind(),
            begun.subject(),
            begun.startedAt(),
            begun.beganNanos(),
            output));
    return begun;
  }

  private void enter(Pass of) {
    if (of.number() != pass) {
      pass = of.number();
      index = 0;
    }
  }

  /** Writes down a step that has ended, and hands its result on. */
  public StepResult ended(Begun begun, StepResult result) {
    enter(begun.pass());
    StepRecord ended =
        new StepRecord(
            pass,
            index++,
            begun.pass().commit(),
            begun.kind(),
            begun.subject(),
            result.outcome(),
            begun.startedAt(),
            (clock.nanos() - begun.beganNanos()) / 1_000_000,
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

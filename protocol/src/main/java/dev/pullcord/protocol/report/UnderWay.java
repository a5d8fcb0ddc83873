package dev.pullcord.protocol.report;

import dev.pullcord.protocol.id.CommitId;
import java.time.Instant;
import java.util.List;

/**
 * The step that a node is in at this moment. Said while it lasts, never kept: when it has ended it
 * is a {@link StepRecord}.
 *
 * @param pass the pass it belongs to, counting up on the node
 * @param index its place in the pass, from 0
 * @param commit the commit that the pass is about
 * @param kind what is done
 * @param subject what it is done to; may be empty
 * @param startedAt by the agent's clock
 * @param forMillis for how long it has been under way, measured on a monotonic clock
 * @param output of its command so far: the last of it
 * @param done steps that ended before it and that no report has carried yet, with less output
 */
public record UnderWay(
    long pass,
    int index,
    CommitId commit,
    StepRecord.Kind kind,
    String subject,
    Instant startedAt,
    long forMillis,
    String output,
    List<StepRecord> done) {
  /** How much output is told while it comes. */
  public static final int OUTPUT_LIMIT_BYTES = 8 << 10;

  /** How many steps before it are told with it, at most. */
  public static final int DONE_MAX = 20;

  /** Copies the list. */
  public UnderWay {
    done = List.copyOf(done);
  }

  /** The same, so many milliseconds later. */
  public UnderWay later(long millis) {
    return with(subject, forMillis + millis, output, done);
  }

  /** The same with another subject, output and steps before it. */
  public UnderWay with(String otherSubject, String otherOutput, List<StepRecord> others) {
    return with(otherSubject, forMillis, otherOutput, others);
  }

  private UnderWay with(String of, long millis, String written, List<StepRecord> before) {
    return new UnderWay(pass, index, commit, kind, of, startedAt, millis, written, before);
  }
}

package dev.pullcord.protocol.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.pullcord.protocol.id.CommitId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One step of a pass that has ended, with its output, kept on success too.
 *
 * @param pass the pass it belongs to, counting up on the node
 * @param index its place in the pass, from 0
 * @param commit the commit that the pass was about
 * @param kind what was done
 * @param subject what it was done to: a worker's name, a command line, a release; may be empty
 * @param outcome how it ended
 * @param startedAt by the agent's clock
 * @param tookMillis measured on a monotonic clock
 * @param exitCode of its command, where it ran one that ended by itself
 * @param output both streams in the order they came, UTF-8, the last 64 KiB, secrets masked
 */
public record StepRecord(
    long pass,
    int index,
    CommitId commit,
    Kind kind,
    String subject,
    Outcome outcome,
    Instant startedAt,
    long tookMillis,
    @Nullable Integer exitCode,
    String output) {

  /** How much output a step keeps: the last bytes, since the cause is at the end. */
  public static final int OUTPUT_LIMIT_BYTES = 64 << 10;

  /** The same with another output. */
  public StepRecord withOutput(String other) {
    return new StepRecord(
        pass, index, commit, kind, subject, outcome, startedAt, tookMillis, exitCode, other);
  }

  /** What a step does; the words of the design. */
  public enum Kind {
    /** Objects were brought from the remote and verified. */
    @JsonProperty("fetch")
    FETCH,
    /** The release was built aside. */
    @JsonProperty("stage")
    STAGE,
    /** A command of the manifest built something in the release. */
    @JsonProperty("prepare")
    PREPARE,
    /** A check command of the manifest ran. */
    @JsonProperty("check")
    CHECK,
    /** A generation was asked to end, and ended. */
    @JsonProperty("drain")
    DRAIN,
    /** {@code current} was swapped, or a worker's work was given to another generation. */
    @JsonProperty("switch")
    SWITCH,
    /** A generation was started and seen. */
    @JsonProperty("start")
    START,
    /** Health was waited for. */
    @JsonProperty("health")
    HEALTH,
    /** The release before was put back. */
    @JsonProperty("rollback")
    ROLLBACK
  }

  /** How a step ended. */
  public enum Outcome {
    /** As wanted. */
    @JsonProperty("ok")
    OK,
    /** The release is at fault: the commit is quarantined on this node. */
    @JsonProperty("release-fault")
    RELEASE_FAULT,
    /** The environment is at fault: tried again by itself. */
    @JsonProperty("environment-fault")
    ENVIRONMENT_FAULT,
    /** A newer decision came first. */
    @JsonProperty("abandoned")
    ABANDONED
  }
}

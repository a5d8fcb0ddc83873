package dev.pullcord.agent.journal;

import dev.pullcord.agent.host.ProcessId;
import dev.pullcord.protocol.id.CommitId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One start of one worker that has not been seen to end.
 *
 * @param number unique on the node, counting up
 * @param worker its name
 * @param release the tree that is its working directory
 * @param commit in force at its start
 * @param identity that it was started with, 64 hex digits
 * @param boot the boot in which it was started; in another one it is gone
 * @param process null while it is not known whether the fork happened
 * @param startedAt by the wall clock
 * @param phase how far it is
 * @param since when it came into that phase
 */
public record Generation(
    long number,
    String worker,
    String release,
    CommitId commit,
    String identity,
    String boot,
    @Nullable ProcessId process,
    Instant startedAt,
    Phase phase,
    Instant since) {
  /** How far a generation is; only ever forward. */
  public enum Phase {
    /** About to be forked, or forked just before a kill. */
    INTENDED,
    /** Its process is known. */
    STARTED,
    /** Its health has passed: it consumes. */
    WELL,
    /** About to be sent its one SIGTERM, or sent it just before a kill. */
    TERM_INTENDED,
    /** Has had its one SIGTERM. */
    TERM_SENT
  }

  /** Whether it was, or is just being, asked to end. */
  public boolean draining() {
    return phase == Phase.TERM_INTENDED || phase == Phase.TERM_SENT;
  }

  Generation with(Phase next, Instant at) {
    return new Generation(
        number, worker, release, commit, identity, boot, process, startedAt, next, at);
  }

  Generation started(ProcessId id, Instant at) {
    return new Generation(
        number, worker, release, commit, identity, boot, id, at, Phase.STARTED, at);
  }
}

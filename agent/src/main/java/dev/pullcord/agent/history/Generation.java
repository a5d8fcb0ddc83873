package dev.pullcord.agent.history;

import com.fasterxml.jackson.annotation.JsonAlias;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.protocol.id.CommitId;
import java.time.Instant;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One start of one worker that has not been seen to end.
 *
 * @param number unique on the node, counting up
 * @param worker its name
 * @param release the tree that is its working directory
 * @param commit in force at its start
 * @param identity that it was started with, as {@link WorkerDefinition} has it
 * @param boot the boot in which it was started; in another one it is gone
 * @param process null while it is not known whether the start happened, and where there is none of
 *     its own
 * @param startedAt by the wall clock
 * @param phase how far it is
 * @param since when it came into that phase
 * @param beside whether it was started beside one that works, and takes over once it is ready
 * @param follows whether its link points to {@code current}
 * @param leases the releases that it may read: its own, and each that became active while its link
 *     followed
 * @param proof by what it was proven before it had the work, in a few words; null for nothing
 * @param runner who started it
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
    Instant since,
    boolean beside,
    boolean follows,
    Set<String> leases,
    @Nullable String proof,
    RunnerName runner) {
  /**
   * Copies; a record from before there were leases has none, see {@link Fold}, and one from before
   * there was another runner has {@code process}.
   */
  public Generation {
    runner = runner == null ? RunnerName.PROCESS : runner;
    leases = leases == null ? Set.of() : Collections.unmodifiableSet(new TreeSet<>(leases));
  }

  /** How far a generation is; only ever forward, but for one that is given the work again. */
  public enum Phase {
    /** About to be forked, or forked just before a kill. */
    INTENDED,
    /** Its process is known. */
    STARTED,
    /** It has proven itself beside the one that works, and does none of the work. */
    READY,
    /** It is being given the work, or was just before a kill. */
    TAKING_OVER,
    /** It has the work. */
    @JsonAlias("WELL")
    CONSUMING,
    /** A newer one has the work; until it is asked to end it can be given it again. */
    SUPERSEDED,
    /** Told by its drain hook to take no more work, or just before that; there is no way back. */
    DISMISSED,
    /** About to be sent its one SIGTERM, or sent it just before a kill. */
    TERM_INTENDED,
    /** Has had its one SIGTERM, or its main process has ended without it. */
    TERM_SENT
  }

  /** Whether it was, or is just being, asked to end or told to take no more work for good. */
  public boolean askedToEnd() {
    return phase == Phase.DISMISSED || signalled();
  }

  /** Whether it was sent its one SIGTERM, or is just being. */
  public boolean signalled() {
    return phase == Phase.TERM_INTENDED || phase == Phase.TERM_SENT;
  }

  /** Whether the worker's work is done by it. */
  public boolean hasWork() {
    return switch (phase) {
      case INTENDED, STARTED -> !beside;
      case TAKING_OVER, CONSUMING -> true;
      case READY, SUPERSEDED, DISMISSED, TERM_INTENDED, TERM_SENT -> false;
    };
  }

  /** Whether it stands beside the one that works and has never had the work. */
  public boolean newcomer() {
    return beside && (phase == Phase.INTENDED || phase == Phase.STARTED || phase == Phase.READY);
  }

  Generation with(Phase next, Instant at) {
    return copy(process, startedAt, next, at, follows, leases);
  }

  Generation started(@Nullable ProcessId id, Instant at) {
    return copy(id, at, Phase.STARTED, at, follows, leases);
  }

  /**
   * Only what had the work is started again: what was asked to end can be asked again. That very
   * process as before has lived on, and goes on where it was.
   */
  Generation revived(String inBoot, @Nullable ProcessId id, Instant at) {
    if (process != null && process.equals(id)) {
      return new Generation(
          number, worker, release, commit, identity, inBoot, process, startedAt, phase, since,
          beside, follows, leases, proof, runner);
    }
    Phase next =
        switch (phase) {
          case INTENDED, STARTED, READY -> Phase.STARTED;
          case TAKING_OVER, CONSUMING -> Phase.CONSUMING;
          case SUPERSEDED, DISMISSED, TERM_INTENDED, TERM_SENT -> Phase.SUPERSEDED;
        };
    return new Generation(
        number, worker, release, commit, identity, inBoot, id, at, next, at, false, follows, leases,
        proof, runner);
  }

  Generation proven(String by) {
    return proven(by, phase, since);
  }

  Generation proven(@Nullable String by, Instant at) {
    return proven(by, Phase.READY, at);
  }

  private Generation proven(@Nullable String by, Phase next, Instant at) {
    return new Generation(
        number, worker, release, commit, identity, boot, process, startedAt, next, at, beside,
        follows, leases, by, runner);
  }

  Generation following(boolean now) {
    return copy(process, startedAt, phase, since, now, leases);
  }

  /** It may read that release, too; null for none. */
  Generation leasing(@Nullable String other) {
    if (other == null || leases.contains(other)) {
      return this;
    }
    Set<String> more = new TreeSet<>(leases);
    more.add(other);
    return copy(process, startedAt, phase, since, follows, more);
  }

  /** That release is gone. */
  Generation without(String gone) {
    if (!leases.contains(gone)) {
      return this;
    }
    Set<String> fewer = new TreeSet<>(leases);
    fewer.remove(gone);
    return copy(process, startedAt, phase, since, follows, fewer);
  }

  private Generation copy(
      @Nullable ProcessId id,
      Instant started,
      Phase next,
      Instant at,
      boolean following,
      Set<String> leased) {
    return new Generation(
        number, worker, release, commit, identity, boot, id, started, next, at, beside, following,
        leased, proof, runner);
  }
}

package dev.pullcord.agent.history;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
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
 * <p>Stored flat: the parts of a group stand beside the other parts, under their own names.
 *
 * @param number unique on the node, counting up
 * @param worker its name
 * @param origin what it was started from
 * @param run in which boot and as which process it runs
 * @param progress how far it is
 * @param beside whether it was started beside one that works, and takes over once it is ready
 * @param access which releases it may read
 * @param proof by what it was proven before it had the work, in a few words; null for nothing
 * @param runner who started it
 */
public record Generation(
    long number,
    String worker,
    @JsonUnwrapped Origin origin,
    @JsonUnwrapped Run run,
    @JsonUnwrapped Progress progress,
    boolean beside,
    @JsonUnwrapped Access access,
    @Nullable String proof,
    RunnerName runner) {
  /** A record from before there was another runner has {@code process}. */
  public Generation {
    runner = runner == null ? RunnerName.PROCESS : runner;
  }

  /** One that is about to be started: its process is not known yet. */
  public static Generation intended(
      long number,
      String worker,
      Origin origin,
      String boot,
      Instant at,
      boolean beside,
      RunnerName runner) {
    return new Generation(
        number,
        worker,
        origin,
        new Run(boot, null, at),
        new Progress(Phase.INTENDED, at),
        beside,
        new Access(!beside, Set.of(origin.release())),
        null,
        runner);
  }

  /**
   * What a generation was started from.
   *
   * @param release the tree that is its working directory
   * @param commit in force at its start
   * @param identity of its worker, as {@link WorkerDefinition} has it
   */
  public record Origin(String release, CommitId commit, String identity) {}

  /**
   * How a generation runs.
   *
   * @param boot the boot in which it was started; in another one it is gone
   * @param process null while it is not known whether the start happened, and where there is none
   *     of its own
   * @param startedAt by the wall clock
   */
  public record Run(String boot, @Nullable ProcessId process, Instant startedAt) {}

  /**
   * How far a generation is.
   *
   * @param phase its phase
   * @param since when it came into that phase
   */
  public record Progress(Phase phase, Instant since) {}

  /**
   * Which releases a generation may read.
   *
   * @param follows whether its link points to {@code current}
   * @param leases the releases: its own, and each that became active while its link followed
   */
  public record Access(boolean follows, Set<String> leases) {
    /** Copies; a record from before there were leases has none, see {@link Fold}. */
    public Access {
      leases = leases == null ? Set.of() : Collections.unmodifiableSet(new TreeSet<>(leases));
    }

    private Access with(Set<String> releases) {
      return new Access(follows, releases);
    }
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

  /** The tree that is its working directory. */
  public String release() {
    return origin.release();
  }

  /** The commit in force at its start. */
  public CommitId commit() {
    return origin.commit();
  }

  /** The identity that its worker was started with. */
  public String identity() {
    return origin.identity();
  }

  /** The boot in which it was started. */
  public String boot() {
    return run.boot();
  }

  /** Its process; null while that is not known, and where there is none of its own. */
  public @Nullable ProcessId process() {
    return run.process();
  }

  /** When it was started, by the wall clock. */
  public Instant startedAt() {
    return run.startedAt();
  }

  /** How far it is. */
  public Phase phase() {
    return progress.phase();
  }

  /** When it came into its phase. */
  public Instant since() {
    return progress.since();
  }

  /** Whether its link points to {@code current}. */
  public boolean follows() {
    return access.follows();
  }

  /** The releases that it may read. */
  public Set<String> leases() {
    return access.leases();
  }

  /** Whether it was, or is just being, asked to end or told to take no more work for good. */
  public boolean askedToEnd() {
    return phase() == Phase.DISMISSED || signalled();
  }

  /** Whether it was sent its one SIGTERM, or is just being. */
  public boolean signalled() {
    return phase() == Phase.TERM_INTENDED || phase() == Phase.TERM_SENT;
  }

  /** Whether the worker's work is done by it. */
  public boolean hasWork() {
    return switch (phase()) {
      case INTENDED, STARTED -> !beside;
      case TAKING_OVER, CONSUMING -> true;
      case READY, SUPERSEDED, DISMISSED, TERM_INTENDED, TERM_SENT -> false;
    };
  }

  /** Whether it stands beside the one that works and has never had the work. */
  public boolean newcomer() {
    return beside
        && (phase() == Phase.INTENDED || phase() == Phase.STARTED || phase() == Phase.READY);
  }

  /** Whether it stands by for a commit that is only to be ready. */
  public boolean standsByFor(@Nullable CommitId stage) {
    return newcomer() && commit().equals(stage);
  }

  Generation with(Phase next, Instant at) {
    return with(run, new Progress(next, at), beside, access, proof);
  }

  Generation started(@Nullable ProcessId id, Instant at) {
    return with(new Run(boot(), id, at), new Progress(Phase.STARTED, at), beside, access, proof);
  }

  /**
   * Only what had the work is started again: what was asked to end can be asked again. That very
   * process as before has lived on, and goes on where it was.
   */
  Generation revived(String inBoot, @Nullable ProcessId id, Instant at) {
    if (process() != null && process().equals(id)) {
      return with(new Run(inBoot, id, startedAt()), progress, beside, access, proof);
    }
    Phase next =
        switch (phase()) {
          case INTENDED, STARTED, READY -> Phase.STARTED;
          case TAKING_OVER, CONSUMING -> Phase.CONSUMING;
          case SUPERSEDED, DISMISSED, TERM_INTENDED, TERM_SENT -> Phase.SUPERSEDED;
        };
    return with(new Run(inBoot, id, at), new Progress(next, at), false, access, proof);
  }

  Generation proven(String by) {
    return with(run, progress, beside, access, by);
  }

  Generation proven(@Nullable String by, Instant at) {
    return with(run, new Progress(Phase.READY, at), beside, access, by);
  }

  Generation following(boolean now) {
    return with(new Access(now, leases()));
  }

  /** It may read that release, too; null for none. */
  Generation leasing(@Nullable String other) {
    if (other == null || leases().contains(other)) {
      return this;
    }
    Set<String> more = new TreeSet<>(leases());
    more.add(other);
    return with(access.with(more));
  }

  /** That release is gone. */
  Generation without(String gone) {
    if (!leases().contains(gone)) {
      return this;
    }
    Set<String> fewer = new TreeSet<>(leases());
    fewer.remove(gone);
    return with(access.with(fewer));
  }

  private Generation with(Access now) {
    return with(run, progress, beside, now, proof);
  }

  private Generation with(
      Run runs, Progress comesTo, boolean standsBeside, Access reads, @Nullable String by) {
    return new Generation(number, worker, origin, runs, comesTo, standsBeside, reads, by, runner);
  }
}

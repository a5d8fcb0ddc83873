package dev.pullcord.server.rollout;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of a rollout, before anybody is told of it. {@code released} only grows: a rollout
 * does not take the commit back from a node, unless the whole of it goes back.
 *
 * @param phase where it is
 * @param reason why it is there; empty while it runs by itself
 * @param goesBack whether nodes that have the commit are to run what they ran before
 * @param members who it began with; others join at the end
 * @param canaries who goes first; empty but for strategy {@code canary}
 * @param released who was given the commit, each with the time that it has used up
 * @param failed why each node that failed on it did; one that converges later is taken out
 * @param forgiven whose failure an operator has accepted
 * @param gate what stands between the first nodes and the rest
 */
public record Rollout(
    RolloutPhase phase,
    String reason,
    boolean goesBack,
    Set<String> members,
    Set<String> canaries,
    Map<String, MemberClock> released,
    Map<String, String> failed,
    Set<String> forgiven,
    Gate gate) {
  /**
   * What stands between the first nodes and the rest: the canaries' time of proof, or the barrier.
   *
   * @param provenSince since when every canary has been seen converged; null while one is not
   * @param openedAt when the rest was let through, or the barrier's go was given; null before
   */
  public record Gate(@Nullable Instant provenSince, @Nullable Instant openedAt) {
    /** Nobody has proven anything yet. */
    public static final Gate CLOSED = new Gate(null, null);

    /** Whether the rest may go. */
    public boolean isOpen() {
      return openedAt != null;
    }

    Gate proven(@Nullable Instant since) {
      return new Gate(since, openedAt);
    }

    Gate opened(Instant at) {
      return isOpen() ? this : new Gate(provenSince, at);
    }
  }

  /** Copies, in the order of names: two equal rollouts are written the same. */
  public Rollout {
    members = sorted(members);
    canaries = sorted(canaries);
    released = Collections.unmodifiableMap(new TreeMap<>(released));
    failed = Collections.unmodifiableMap(new TreeMap<>(failed));
    forgiven = sorted(forgiven);
  }

  /** One that begins with these nodes. */
  public static Rollout begin(Set<String> members) {
    return new Rollout(
        RolloutPhase.RUNNING,
        "",
        false,
        members,
        Set.of(),
        Map.of(),
        Map.of(),
        Set.of(),
        Gate.CLOSED);
  }

  /** From when the time counts of a node that was given the commit; empty before. */
  Optional<Instant> timeSince(String node) {
    return Optional.ofNullable(released.get(node)).map(MemberClock::since);
  }

  /** Those whose failure counts against the budget. */
  public Set<String> charged() {
    Set<String> charged = new TreeSet<>(failed.keySet());
    charged.removeAll(forgiven);
    return charged;
  }

  Rollout in(RolloutPhase next, String why, boolean back) {
    return new Rollout(next, why, back, members, canaries, released, failed, forgiven, gate);
  }

  /** From its beginning, with the failures so far forgiven: the commit is given anew, in turn. */
  Rollout anew() {
    return new Rollout(
        RolloutPhase.RUNNING,
        "",
        false,
        members,
        canaries,
        Map.of(),
        failed,
        failed.keySet(),
        Gate.CLOSED);
  }

  Rollout withCanaries(Set<String> first) {
    return new Rollout(phase, reason, goesBack, members, first, released, failed, forgiven, gate);
  }

  Rollout withGate(Gate next) {
    return new Rollout(
        phase, reason, goesBack, members, canaries, released, failed, forgiven, next);
  }

  Rollout withFailed(Map<String, String> now) {
    return new Rollout(phase, reason, goesBack, members, canaries, released, now, forgiven, gate);
  }

  Rollout forgivingAll() {
    return new Rollout(
        phase, reason, goesBack, members, canaries, released, failed, failed.keySet(), gate);
  }

  Rollout releasing(Set<String> nodes, Instant now) {
    Map<String, MemberClock> all = new TreeMap<>(released);
    nodes.forEach(node -> all.putIfAbsent(node, MemberClock.from(now)));
    return with(all);
  }

  /** The time of these stands still, and that of all others runs. */
  Rollout resting(Set<String> nodes, Instant now) {
    Map<String, MemberClock> all = new TreeMap<>(released);
    all.replaceAll((node, clock) -> nodes.contains(node) ? clock.stopped(now) : clock.running(now));
    return with(all);
  }

  private Rollout with(Map<String, MemberClock> all) {
    return new Rollout(phase, reason, goesBack, members, canaries, all, failed, forgiven, gate);
  }

  private static Set<String> sorted(Set<String> names) {
    return Collections.unmodifiableSet(new TreeSet<>(names));
  }
}

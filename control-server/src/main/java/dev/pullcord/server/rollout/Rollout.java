package dev.pullcord.server.rollout;

import dev.pullcord.protocol.manifest.node.RolloutSpec;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
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
   * @param paused by whom and why it was paused when it halted; null where it was not
   */
  public record Gate(
      @Nullable Instant provenSince, @Nullable Instant openedAt, @Nullable String paused) {
    /** Nobody has proven anything yet. */
    public static final Gate CLOSED = new Gate(null, null, null);

    /** Whether the rest may go. */
    public boolean isOpen() {
      return openedAt != null;
    }

    Gate proven(@Nullable Instant since) {
      return new Gate(since, openedAt, paused);
    }

    Gate opened(Instant at) {
      return isOpen() ? this : new Gate(provenSince, at, paused);
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

  /**
   * When a node that was given the commit is out of time, if its time runs on; empty before. A
   * barrier's nodes have as long again from its go.
   */
  Optional<Instant> deadline(String node, RolloutSpec spec) {
    Instant opened = gate.openedAt();
    return timeSince(node)
        .map(since ->
            spec.strategy().readiesFirst() && opened != null && opened.isAfter(since)
                ? opened
                : since)
        .map(from -> from.plus(spec.deadline()));
  }

  /** Whether a node that was given the commit is out of time. */
  boolean isLate(String node, RolloutSpec spec, Instant now) {
    return deadline(node, spec).filter(at -> !now.isBefore(at)).isPresent();
  }

  /**
   * Whether a node that fell silent, or whose agent was stopped, may be away because of the commit:
   * its time with it ran until then, or it ran it well, but not yet for as long as its deadline.
   *
   * @param wasWell whether it ran the commit well, or was ready for it
   * @param lastHeard when it was heard of last
   */
  public boolean hasLost(String node, RolloutSpec spec, boolean wasWell, Instant lastHeard) {
    MemberClock clock = released.get(node);
    return clock != null
        && !goesBack
        && (wasWell
            ? lastHeard.isBefore(deadline(node, spec).orElseThrow())
            : clock.ranUntil(lastHeard));
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

  /** By whom and why it is paused, also if it halted then; empty where it is not. */
  public Optional<String> paused() {
    return phase == RolloutPhase.PAUSED ? Optional.of(reason) : Optional.ofNullable(gate.paused());
  }

  /** Too many failed. A pause is kept in mind: who ends the halt is to know of it. */
  Rollout halted(String why, boolean back) {
    Gate kept = new Gate(gate.provenSince(), gate.openedAt(), paused().orElse(null));
    return in(RolloutPhase.HALTED, why, back).withGate(kept);
  }

  /** Goes on, from a pause or a halt. */
  Rollout running() {
    Gate kept = new Gate(gate.provenSince(), gate.openedAt(), null);
    return in(RolloutPhase.RUNNING, "", false).withGate(kept);
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

  /** The time of nodes that have such a moment stands still from then on; that of others runs. */
  Rollout resting(Function<String, Optional<Instant>> from, Instant now) {
    Map<String, MemberClock> all = new TreeMap<>(released);
    all.replaceAll(
        (node, clock) -> from.apply(node).map(clock::stopped).orElseGet(() -> clock.running(now)));
    return with(all);
  }

  /** Without a node that was removed: another may get its name. */
  public Rollout without(String node) {
    Map<String, MemberClock> all = new TreeMap<>(released);
    all.remove(node);
    Map<String, String> others = new TreeMap<>(failed);
    others.remove(node);
    Set<String> accepted = new TreeSet<>(forgiven);
    accepted.remove(node);
    return new Rollout(phase, reason, goesBack, members, canaries, all, others, accepted, gate);
  }

  private Rollout with(Map<String, MemberClock> all) {
    return new Rollout(phase, reason, goesBack, members, canaries, all, failed, forgiven, gate);
  }

  private static Set<String> sorted(Set<String> names) {
    return Collections.unmodifiableSet(new TreeSet<>(names));
  }
}

package dev.pullcord.server.rollout;

import dev.pullcord.protocol.manifest.node.RolloutSpec;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The members of a rollout in the order in which they go: those it began with before late ones,
 * each by name.
 *
 * <p>A node that was lost with the commit is one while others wait for the commit. Then it is
 * absent like others: nobody is left whom it could do the same to.
 *
 * @param all everyone
 * @param released those that have the commit
 * @param open those that have not, and could be given it
 */
record MemberOverview(
    List<RolloutMember> all, List<RolloutMember> released, List<RolloutMember> open) {

  static MemberOverview of(Rollout rollout, RolloutSpec spec, Collection<RolloutMember> members) {
    boolean closed = spec.strategy().hasGate() && !rollout.gate().isOpen();
    boolean someWait =
        rollout.phase() != RolloutPhase.DONE
            && members.stream()
                .filter(member ->
                    member.standing().counts()
                        || (closed && member.standing() == MemberStanding.HELD))
                .filter(member -> member.standing() != MemberStanding.LOST)
                .anyMatch(member -> closed || !has(rollout, member));
    List<RolloutMember> all =
        members.stream()
            .map(member ->
                member.standing() == MemberStanding.LOST && !someWait
                    ? member.as(MemberStanding.ABSENT)
                    : member)
            .sorted(
                Comparator.comparing(
                        (RolloutMember member) -> !rollout.members().contains(member.name()))
                    .thenComparing(RolloutMember::name))
            .toList();
    return new MemberOverview(
        all,
        all.stream().filter(member -> has(rollout, member)).toList(),
        all.stream()
            .filter(member -> !has(rollout, member) && member.standing().mayBegin())
            .toList());
  }

  private static boolean has(Rollout rollout, RolloutMember member) {
    return rollout.released().containsKey(member.name());
  }

  /**
   * From when the time of each stands still that has the commit. It runs while a node is on its
   * way, down or lost. That of one which is no member now, by a pin or another branch, does not.
   */
  Rollout resting(Rollout rollout, Instant now) {
    Map<String, Optional<Instant>> from = new TreeMap<>();
    for (RolloutMember member : all) {
      from.put(
          member.name(),
          switch (member.standing()) {
            case BEFORE, UNDER_WAY, DOWN, LOST -> Optional.empty();
            case UNHEARD -> Optional.of(Objects.requireNonNullElse(member.heardAt(), now));
            case READY, CONVERGED, ROLLED_BACK, ABSENT, HELD, EXEMPT -> Optional.of(now);
          });
    }
    return rollout.resting(node -> from.getOrDefault(node, Optional.of(now)), now);
  }

  Set<String> names() {
    return all.stream().map(RolloutMember::name).collect(Collectors.toSet());
  }

  /**
   * Those that have the commit and are away from converged because of it, forgiven ones not. Once
   * the rollout is done, only those that still have time: nobody judges and halts any more.
   */
  List<RolloutMember> unavailable(Rollout rollout, RolloutSpec spec, Instant now) {
    boolean done = rollout.phase() == RolloutPhase.DONE;
    return released.stream()
        .filter(member -> member.standing().isUnavailable())
        .filter(member -> !rollout.forgiven().contains(member.name()))
        .filter(member -> !done || mayStillConverge(member, rollout, spec, now))
        .toList();
  }

  private static boolean mayStillConverge(
      RolloutMember member, Rollout rollout, RolloutSpec spec, Instant now) {
    return (member.standing() == MemberStanding.BEFORE
            || member.standing() == MemberStanding.UNDER_WAY)
        && !rollout.failed().containsKey(member.name())
        && !rollout.isLate(member.name(), spec, now);
  }

  /** Those that the rollout waits for. */
  List<RolloutMember> counting() {
    return all.stream().filter(member -> member.standing().counts()).toList();
  }

  /** The same reason for everyone who has not the commit after this step. */
  Map<String, String> waiting(Rollout after, String why) {
    Map<String, String> waiting = new TreeMap<>();
    open.stream()
        .filter(member -> !has(after, member))
        .forEach(member -> waiting.put(member.name(), why));
    return waiting;
  }
}

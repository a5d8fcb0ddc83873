package dev.pullcord.server.rollout;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The members of a rollout in the order in which they go: those it began with before late ones,
 * each by name.
 *
 * @param all everyone
 * @param released those that have the commit
 * @param open those that have not, and could be given it
 */
record MemberOverview(
    List<RolloutMember> all, List<RolloutMember> released, List<RolloutMember> open) {

  static MemberOverview of(Rollout rollout, Collection<RolloutMember> members) {
    List<RolloutMember> all =
        members.stream()
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

  /** Those whose time stands still: nobody waits for them. */
  Set<String> resting() {
    return all.stream()
        .filter(member -> !member.standing().counts())
        .map(RolloutMember::name)
        .collect(Collectors.toSet());
  }

  Set<String> names() {
    return all.stream().map(RolloutMember::name).collect(Collectors.toSet());
  }

  /** Those that have the commit and are away from converged because of it, forgiven ones not. */
  List<RolloutMember> unavailable(Rollout rollout) {
    return released.stream()
        .filter(member -> member.standing().isUnavailable())
        .filter(member -> !rollout.forgiven().contains(member.name()))
        .toList();
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

package dev.pullcord.server.rollout;

import dev.pullcord.protocol.desired.Withheld;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.node.RolloutSpec;
import dev.pullcord.server.store.RolloutTable;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rollout of a branch's commit: what it brings, by which rules, how far it is, and what each
 * node runs while it has not got it.
 *
 * @param deployment whose rollout it is
 * @param ref its branch
 * @param commit what it brings
 * @param before what nodes ran before it; null when that was nothing
 * @param origins what single nodes ran before it, where that is another commit
 * @param spec the manifest's rules
 * @param progress how far it is
 * @param orderedBy who gave it the last order; null while nobody did
 */
public record RefRollout(
    long deployment,
    String ref,
    CommitId commit,
    @Nullable CommitId before,
    Map<String, CommitId> origins,
    RolloutSpec spec,
    Rollout progress,
    @Nullable String orderedBy) {
  /** Copies, in the order of names. */
  public RefRollout {
    origins = Collections.unmodifiableMap(new TreeMap<>(origins));
  }

  /** As the store has it. */
  public static RefRollout of(RolloutTable.StoredRollout row) {
    RolloutDocument document =
        RolloutDocument.read(row.document(), row.ref() + " (deployment " + row.deployment() + ")");
    return new RefRollout(
        row.deployment(),
        row.ref(),
        row.commit(),
        row.before(),
        document.origins(),
        document.rules().spec(),
        document.progress(),
        document.orderedBy());
  }

  /** As the store is to have it. */
  public RolloutTable.StoredRollout row() {
    String document =
        new RolloutDocument(RolloutRules.of(spec), origins, progress, orderedBy).written();
    return new RolloutTable.StoredRollout(deployment, ref, commit, before, document);
  }

  /** The same one, further on. */
  public RefRollout with(Rollout newer) {
    return new RefRollout(deployment, ref, commit, before, origins, spec, newer, orderedBy);
  }

  /** Without a node that was removed: another may get its name. */
  public RefRollout without(String node) {
    Map<String, CommitId> others = new TreeMap<>(origins);
    others.remove(node);
    Rollout rest = progress.without(node);
    return new RefRollout(deployment, ref, commit, before, others, spec, rest, orderedBy);
  }

  /** The same one after that person's order. */
  public RefRollout ordered(Rollout newer, String by) {
    return new RefRollout(deployment, ref, commit, before, origins, spec, newer, by);
  }

  /** Whether every node that could be reached has it. */
  public boolean isDone() {
    return progress.phase() == RolloutPhase.DONE;
  }

  /** Whether too many failed, and it waits for a person. */
  public boolean isHalted() {
    return progress.phase() == RolloutPhase.HALTED;
  }

  /** What a node is to run while it has not got the commit; null for nothing. */
  public @Nullable CommitId origin(String node) {
    return origins.getOrDefault(node, before);
  }

  /** Whether the node was ever given the commit to run; at a barrier, not before the go. */
  public boolean isGiven(String node) {
    return progress.released().containsKey(node) && !isAtBarrier();
  }

  /**
   * Whether the node is to get the commit ready without switching to it. A rollout that halted
   * before the go takes that back: what stands by ends.
   */
  public boolean isToBeReady(String node) {
    return progress.released().containsKey(node)
        && isAtBarrier()
        && !progress.goesBack()
        && (progress.phase() == RolloutPhase.RUNNING || progress.phase() == RolloutPhase.PAUSED);
  }

  private boolean isAtBarrier() {
    return spec.strategy().readiesFirst() && !progress.gate().isOpen();
  }

  /** Whether the node was given the commit and may keep it. */
  public boolean hasIt(String node) {
    boolean joinedLater = !progress.members().contains(node);
    return !progress.goesBack()
        && (isGiven(node) || (progress.phase() == RolloutPhase.DONE && joinedLater));
  }

  /**
   * Why a node is not given the commit; begins with "waiting". Empty when it is given it. It says
   * nothing that changes from one report to the next, so that a decision is not made anew for it.
   */
  public Optional<String> whyNot(String node) {
    if (hasIt(node)) {
      return Optional.empty();
    }
    String brief = commit.abbreviated();
    if (progress.phase() == RolloutPhase.RUNNING && isAtBarrier()) {
      return Optional.of(
          "waiting: %s goes live on all nodes at once, when those that can be reached are ready"
              .formatted(brief));
    }
    String of = " of the rollout of " + brief;
    return Optional.of(
        switch (progress.phase()) {
          case PAUSED ->
              "waiting: the rollout of %s is paused %s".formatted(brief, progress.reason());
          case HALTED -> Withheld.halted(commit, briefly(progress.reason()));
          case RUNNING, DONE, SUPERSEDED -> "waiting: " + place(node) + of;
        });
  }

  /**
   * Why it halted, without what the nodes said that failed: whoever waits for them names them, and
   * they say it themselves.
   */
  private static String briefly(String reason) {
    int names = reason.indexOf(RolloutPlanner.PAST_THE_BUDGET);
    int said = reason.indexOf(" (", Math.max(names, 0));
    if (names < 0 || said < 0) {
      return reason;
    }
    String others = reason.contains("), ") ? ", …" : "";
    String then = reason.substring(reason.lastIndexOf(')') + 1);
    return reason.substring(0, said) + others + then.replaceFirst("^, …", "");
  }

  /** {@code wave 2 of 3}. */
  private String place(String node) {
    return RolloutWave.of(spec, progress, progress.members()).stream()
        .filter(wave -> wave.nodes().contains(node))
        .map(RolloutWave::place)
        .findFirst()
        .orElse("joined later, the end");
  }
}

package dev.pullcord.server.mirror;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.unit.ShellWord;
import dev.pullcord.server.store.MirrorTable;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of a ref, from what the upstream has and what nodes are led to. Pure.
 *
 * @param standing how the ref stands
 * @param problem why the upstream's commit is not deployed; empty where it is
 * @param moves whether the ref is moved to the upstream's commit, or deleted as it is there
 */
record RefDecision(MirrorTable.Standing standing, String problem, boolean moves) {
  /**
   * What the choice is made of.
   *
   * @param name short, for the sentence
   * @param held where nodes are led to; null while there is no such ref here
   * @param upstream what the upstream has; null when it has the ref no more
   * @param accepted the commit that an operator lets the ref be rewound to, or where the operator
   *     lets a deleted ref go from; null for none
   * @param head the branch that the upstream's HEAD names; null for none
   * @param contained whether the upstream's commit contains the one that is held
   * @param problems why nodes must not get the upstream's commit
   * @param unused whether no node needs the ref here
   */
  record Facts(
      String name,
      @Nullable CommitId held,
      @Nullable CommitId upstream,
      @Nullable CommitId accepted,
      @Nullable String head,
      Supplier<Boolean> contained,
      Supplier<List<String>> problems,
      Supplier<Boolean> unused) {}

  static RefDecision of(Facts facts) {
    CommitId held = facts.held();
    CommitId upstream = facts.upstream();
    if (upstream == null) {
      boolean goes =
          facts.accepted() != null
              && (held == null || (held.equals(facts.accepted()) && facts.unused().get()));
      return new RefDecision(
          MirrorTable.Standing.DELETED, deleted(facts.name(), held, facts.head()), goes);
    }
    if (upstream.equals(held)) {
      return new RefDecision(MirrorTable.Standing.MIRRORED, "", false);
    }
    if (held != null && !upstream.equals(facts.accepted()) && !facts.contained().get()) {
      return new RefDecision(
          MirrorTable.Standing.REWRITTEN, rewritten(facts.name(), held, upstream), false);
    }
    List<String> problems = facts.problems().get();
    return problems.isEmpty()
        ? new RefDecision(MirrorTable.Standing.MIRRORED, "", true)
        : new RefDecision(
            MirrorTable.Standing.UNDEPLOYABLE, undeployable(upstream, problems), false);
  }

  /** Whether nothing is left of it: the upstream deleted it, and so did we. */
  boolean gone() {
    return standing == MirrorTable.Standing.DELETED && moves;
  }

  /** {@code abc1234 is not deployed: MANIFEST_TYPE pullcord.yaml:7:3 …}. */
  static String undeployable(CommitId commit, List<String> problems) {
    String more = problems.size() == 1 ? "" : ", and " + (problems.size() - 1) + " more";
    return commit.abbreviated() + " is not deployed: " + problems.getFirst() + more;
  }

  private static String rewritten(String name, CommitId held, CommitId upstream) {
    return "the upstream took it from "
        + held.abbreviated()
        + " to "
        + upstream.abbreviated()
        + ", which does not contain that commit; nodes stay on "
        + held.abbreviated()
        + ". To let them go there: pullcord accept-rewind "
        + ShellWord.of(name)
        + " --reason …";
  }

  private static String deleted(String name, @Nullable CommitId held, @Nullable String head) {
    String renamed =
        head == null || head.equals(name)
            ? ""
            : "The upstream's default branch is "
                + head
                + "; to let nodes follow it: pullcord"
                + " follow NODE "
                + ShellWord.of(head)
                + ". ";
    return "the upstream deleted it; nodes stay on "
        + (held == null ? "what they run" : held.abbreviated())
        + ". "
        + renamed
        + "To delete it here too: pullcord accept-rewind "
        + ShellWord.of(name)
        + " --reason …";
  }
}

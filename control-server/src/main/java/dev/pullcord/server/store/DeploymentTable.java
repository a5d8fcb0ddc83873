package dev.pullcord.server.store;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Deployments and their members. At most one deployment of a branch is not superseded. */
public interface DeploymentTable {
  /**
   * So many deployments of a branch keep their members and their rollout; of older ones the counts
   * of members are kept.
   */
  int WITH_MEMBERS = 200;

  /** So many deployments of a branch are kept at all. */
  int KEPT = 10_000;

  /**
   * Adds a deployment of the branch's head; the one before is superseded and has ended by that.
   * Forgets the members and rollouts of the oldest that have some, a few at a time.
   */
  StoredDeployment create(RefTable.BranchHead head, Instant at);

  /**
   * Keeps how it ended, once: one that has ended is left as it is.
   *
   * @param members how its nodes were then, by id
   */
  void end(long id, Ending ending, Map<Long, MemberEnd> members);

  /** Says better how members of a superseded one were, by id. */
  void ends(long id, Map<Long, MemberEnd> members);

  /** One that ended incomplete goes on: what failed is tried again because somebody asked. */
  void reopen(long id);

  /**
   * Deletes the oldest of a branch that have no members any more, a few at a time.
   *
   * @param kept so many of the newest stay
   */
  void forget(String ref, int kept);

  /** Whether its members and its rollout are still kept, if it had any. */
  boolean isWhole(long id);

  /** One of them. */
  Optional<StoredDeployment> find(long id);

  /** The branch's newest. */
  Optional<StoredDeployment> newest(String ref);

  /** All that are not superseded. */
  List<StoredDeployment> live();

  /**
   * Newest first.
   *
   * @param ref only of this branch; null for all
   * @param before ids below this one
   * @param limit at most so many
   */
  List<StoredDeployment> page(@Nullable String ref, long before, int limit);

  /** Keeps where it is. */
  void state(long id, DeploymentView.State state, @Nullable Instant convergedAt);

  /** Makes nodes members, or members again. */
  void join(long id, Collection<Long> nodes, Instant at);

  /** Nodes are to run something else; they stay the deployment's own, with what they did. */
  void leave(long id, Collection<Long> nodes, Instant at);

  /** Keeps when a member first ran the commit, once. */
  void converged(long id, long node, Instant at);

  /**
   * Who counts, in order of name: those that were its own when it was decided, those that came
   * later and are to run it still, and those that came later and ran it.
   */
  List<Member> members(long id);

  /** How many members were in which state at the end of these deployments. */
  Map<Long, Map<NodeState, Integer>> counts(Collection<Long> ids);

  /**
   * A deployment.
   *
   * @param id counts up
   * @param head what is deployed: the branch's head when it began
   * @param state as last kept
   * @param startedAt when the branch's move was noticed, or its first node came
   * @param convergedAt when all members had first converged; null until then
   * @param next the next one of this branch; null while this is the newest
   * @param ending how it ended; null while it has not
   */
  record StoredDeployment(
      long id,
      RefTable.BranchHead head,
      DeploymentView.State state,
      Instant startedAt,
      @Nullable Instant convergedAt,
      @Nullable Next next,
      @Nullable Ending ending) {
    /** The branch. */
    public String ref() {
      return head.ref();
    }

    /** The commit that is deployed. */
    public CommitId commit() {
      return head.commit();
    }

    /** The same one, further on. */
    public StoredDeployment with(
        DeploymentView.State newer, @Nullable Instant converged, @Nullable Ending ended) {
      return new StoredDeployment(id, head, newer, startedAt, converged, next, ended);
    }
  }

  /** The deployment that superseded another one. */
  record Next(long id, CommitId commit) {}

  /** How a deployment ended, and when. */
  record Ending(DeploymentView.State state, Instant at) {}

  /** How a node was when its deployment ended. */
  record MemberEnd(NodeState state, String reason) {}

  /**
   * A member.
   *
   * @param node its id
   * @param name its name
   * @param convergedAt when it first ran the commit; null until then
   * @param joinedAt when it became a member, for the last time before that
   * @param leftAt when it was to run something else; null while it is to run this
   * @param end how it was at the end; null before that, and for one that came after it
   */
  record Member(
      long node,
      NodeName name,
      @Nullable Instant convergedAt,
      Instant joinedAt,
      @Nullable Instant leftAt,
      @Nullable MemberEnd end) {
    /** The same one, as if the deployment had not ended. */
    public Member open() {
      return new Member(node, name, convergedAt, joinedAt, leftAt, null);
    }
  }
}

package dev.pullcord.server.store;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Deployments and their members. At most one deployment of a branch is not superseded. */
public interface Deployments {
  /** Adds a deployment of the branch's head, and supersedes the one before. */
  Row create(Refs.Row head, Instant at);

  /** One of them. */
  Optional<Row> find(long id);

  /** The branch's newest. */
  Optional<Row> newest(String ref);

  /** All that are not superseded. */
  List<Row> live();

  /**
   * Newest first.
   *
   * @param ref only of this branch; null for all
   * @param before ids below this one
   * @param limit at most so many
   */
  List<Row> page(@Nullable String ref, long before, int limit);

  /** Keeps where it is. */
  void state(long id, DeploymentView.State state, @Nullable Instant convergedAt);

  /** Makes nodes members, or members again. */
  void join(long id, Collection<Long> nodes, Instant at);

  /** Takes nodes out of the members; what they did stays. */
  void leave(long id, Collection<Long> nodes, Instant at);

  /** Keeps when a member first ran the commit, once. */
  void converged(long id, long node, Instant at);

  /** The members, in order of name. */
  List<Member> members(long id);

  /** How many members these deployments have. */
  Map<Long, Count> counts(Collection<Long> ids);

  /**
   * A deployment.
   *
   * @param id counts up
   * @param ref the branch
   * @param commit what is deployed
   * @param before the branch's head before; null for the first
   * @param subject the first line of the commit's message
   * @param author the commit's author
   * @param pushedBy who pushed
   * @param state as last kept
   * @param startedAt when the branch's move was noticed, or its first node came
   * @param convergedAt when all members had first converged; null until then
   * @param supersededBy the id of the next one of this branch
   */
  record Row(
      long id,
      String ref,
      CommitId commit,
      @Nullable CommitId before,
      String subject,
      String author,
      String pushedBy,
      DeploymentView.State state,
      Instant startedAt,
      @Nullable Instant convergedAt,
      @Nullable Long supersededBy) {}

  /**
   * A member.
   *
   * @param node its id
   * @param name its name
   * @param convergedAt when it first ran the commit; null until then
   * @param joinedAt when it became a member, for the last time before that
   */
  record Member(long node, NodeName name, @Nullable Instant convergedAt, Instant joinedAt) {}

  /**
   * A number of members.
   *
   * @param members all of them
   * @param converged those that ran the commit
   */
  record Count(int members, int converged) {}
}
